import fc from "fast-check";
import { expect, test } from "vitest";
import type { Rights } from "../../src/callers/entry.ts";
import { narrowed } from "../../src/callers/narrowing.ts";
import { catalog } from "../../src/mcp/catalog.ts";
import { existingTools, isChannelAllowed } from "../../src/mcp/policy.ts";
import { editions } from "../../src/releases.ts";
import type { Config } from "../../src/settings/config.ts";
import { toolsets } from "../../src/tools/chapters.ts";
import { load } from "../support/settings.ts";

// A caller's rights are what the settings allow and the entry does too: never more, and in no other way.

const strictness = ["flag", "preview", "ask,panel", "ask"] as const;
const limit = fc.nat(3);
const confirm = fc.constantFrom(...strictness);
const someToolsets = fc.uniqueArray(fc.constantFrom(...toolsets), { minLength: 1, maxLength: 8 });
/** Few letters, so that patterns and channels meet. */
const channelId = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 4 });
const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*"), minLength: 1, maxLength: 4 });
const patterns = fc.uniqueArray(pattern, { minLength: 1, maxLength: 3 });

const rights: fc.Arbitrary<Rights> = fc.record(
  {
    channels: patterns,
    toolsets: someToolsets,
    readOnly: fc.boolean(),
    confirm,
    maxAffected: limit,
    maxDestructivePerHour: limit,
  },
  { requiredKeys: [] },
);

const settings: fc.Arbitrary<Config> = fc
  .record(
    {
      SORA_RELEASE: fc.constantFrom(...editions),
      SORA_CHANNELS: patterns.map((list) => list.join(",")),
      SORA_TOOLSETS: someToolsets.map((list) => list.join(",")),
      SORA_READ_ONLY: fc.constantFrom("true", "false"),
      SORA_CONFIRM: confirm,
      SORA_MAX_AFFECTED: limit.map(String),
      SORA_MAX_DESTRUCTIVE_PER_HOUR: limit.map(String),
    },
    { requiredKeys: ["SORA_TOOLSETS"] },
  )
  .map((env) => load({ env: { SORA_API_URL: "http://127.0.0.1:9/", ...env } }));

function tools(config: Config): string[] {
  return existingTools(catalog, config).map(({ listed }) => listed.name);
}

/** Whether a channel id fits a pattern, said otherwise than in the code. */
function fits(id: string, list: readonly string[] | undefined): boolean {
  const expression = (one: string) => new RegExp(`^${one.replaceAll("*", ".*")}$`);
  return list === undefined || list.some((one) => expression(one).test(id));
}

test("a channel is allowed if the settings and the entry both allow it, and only then", () => {
  fc.assert(
    fc.property(settings, rights, channelId, (config, own, id) => {
      const both = fits(id, config.channels) && fits(id, own.channels);
      expect(isChannelAllowed(narrowed(config, own), id)).toBe(both);
    }),
    { numRuns: 500 },
  );
});

test("a tool exists if it does under the settings and the rights leave it, and only then", () => {
  fc.assert(
    fc.property(settings, rights, (config, own) => {
      const left = existingTools(catalog, config).filter(
        ({ toolset, kind, scope }) =>
          (own.toolsets === undefined || own.toolsets.includes(toolset)) &&
          (own.readOnly !== true || kind === "read") &&
          (own.channels === undefined || scope !== "server"),
      );
      expect(tools(narrowed(config, own))).toEqual(left.map(({ listed }) => listed.name));
    }),
    { numRuns: 300 },
  );
});

test("of two limits the lesser holds, of two ways to confirm the stricter", () => {
  fc.assert(
    fc.property(settings, rights, (config, own) => {
      const made = narrowed(config, own);
      const given = (name: "maxAffected" | "maxDestructivePerHour") =>
        [config[name], own[name]].filter((one) => one !== undefined);
      for (const name of ["maxAffected", "maxDestructivePerHour"] as const) {
        expect(made[name]).toBe(given(name).length === 0 ? undefined : Math.min(...given(name)));
      }
      const steps = [config.confirm, own.confirm ?? "flag"].map((one) => strictness.indexOf(one));
      expect(strictness.indexOf(made.confirm)).toBe(Math.max(...steps));
    }),
    { numRuns: 300 },
  );
});

test("nothing else of the settings changes, and nothing at all where there are no rights to narrow by", () => {
  const narrowing = [
    "toolsets",
    "readOnly",
    "confirm",
    "maxAffected",
    "maxDestructivePerHour",
    "callerChannels",
  ];
  const others = (config: Config) =>
    Object.fromEntries(Object.entries(config).filter(([name]) => !narrowing.includes(name)));
  fc.assert(
    fc.property(settings, rights, (config, own) => {
      expect(others(narrowed(config, own))).toEqual(others(config));
      expect(narrowed(config, {})).toEqual(config);
    }),
  );
});

test("what a request asks for narrows the caller's rights, and cannot take any of it back", () => {
  const asked = fc.record({ readOnly: fc.boolean(), toolsets: someToolsets }, { requiredKeys: [] });
  fc.assert(
    fc.property(settings, rights, asked, channelId, (config, own, more, id) => {
      const once = narrowed(config, own);
      const twice = narrowed(once, more);
      expect(tools(once)).toEqual(expect.arrayContaining(tools(twice)));
      expect(isChannelAllowed(twice, id)).toBe(isChannelAllowed(once, id));
      expect([twice.confirm, twice.maxAffected, twice.maxDestructivePerHour]).toEqual([
        once.confirm,
        once.maxAffected,
        once.maxDestructivePerHour,
      ]);
    }),
    { numRuns: 300 },
  );
});
