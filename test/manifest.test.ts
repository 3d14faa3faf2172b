import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import manifest from "../manifest.json";
import japanese from "../mcpb-resources/ja-JP.json";
import packageJson from "../package.json";
import { japaneseEndings, japaneseTools } from "../scripts/texts/japanese-tools.ts";
import { catalog } from "../src/mcp/catalog.ts";
import { loadConfig } from "../src/settings/load.ts";
import { allSettings, type SettingName, settings } from "../src/settings/settings.ts";
import { defaultToolsets } from "./contract/index.ts";
import { listedTools } from "./contract/releases.ts";
import { startOf } from "./support/bundle-host.ts";
import { errorOf, overStdio } from "./support/session.ts";

const { server, user_config } = manifest;
const fields = Object.keys(user_config);

/** What a server lists of which only this is set. */
function listed({ edition = "labo", readOnly = false } = {}): string[] {
  return listedTools({ edition, toolsets: defaultToolsets, readOnly, channelsSet: false });
}

/** Starts the built server as an app would start it from the bundle. */
function started(filledIn: Record<string, string | number | boolean> = {}) {
  const { args, env } = startOf(manifest, ".", filledIn);
  return overStdio({ entry: args, env });
}

describe("the manifest tells the truth", () => {
  test("of the running server: its name, version, tools and descriptions", async () => {
    const { client } = await started();
    const { tools } = await client.listTools();
    expect(manifest.tools).toEqual(tools.map(({ name, description }) => ({ name, description })));
    expect(tools.map((tool) => tool.name)).toEqual(listed());
    const { name, title, version } = client.getServerVersion() ?? {};
    expect([manifest.name, manifest.display_name, manifest.version]).toEqual([name, title, version]);
    expect(manifest.version).toBe(packageJson.version);
  });

  test("that other settings bring other tools", async () => {
    const { client } = await started({ release: "2025.2" });
    const { tools } = await client.listTools();
    expect(tools.map((tool) => tool.name)).toEqual(listed({ edition: "2025.2" }));
    expect(tools.map((tool) => tool.name)).not.toEqual(listed());
    expect(manifest.tools_generated).toBe(true);
  });

  test("that there are prompts, whose texts the server makes", async () => {
    const { client } = await started();
    const { prompts } = await client.listPrompts();
    expect(prompts.length).toBeGreaterThan(0);
    expect([manifest.prompts_generated, "prompts" in manifest]).toEqual([true, false]);
  });

  test("of the files that it names", () => {
    expect(existsSync(server.entry_point)).toBe(true);
    expect(server.mcp_config.args).toEqual([`\${__dirname}/${server.entry_point}`]);
    const locale = (name: string) => manifest.localization.resources.replace(/\$\{locale\}/, name);
    expect(existsSync(locale("ja-JP"))).toBe(true);
    const icon = readFileSync(manifest.icon);
    expect(icon.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
    expect(icon.subarray(12, 16).toString()).toBe("IHDR");
    expect([icon.readUInt32BE(16), icon.readUInt32BE(20)]).toEqual([512, 512]);
    expect(icon.length).toBeLessThan(20_000);
  });

  test("of the settings: every variable is filled from a field of its own, and no other", () => {
    const { env } = server.mcp_config;
    expect(Object.keys(env)).toEqual(allSettings.map(({ variable }) => variable));
    expect(Object.values(env)).toEqual(fields.map((field) => `\${user_config.${field}}`));
  });
});

describe("a person who installs the bundle", () => {
  test("need not fill in anything, and has only secrets masked", () => {
    const secret = allSettings.map((setting) => setting.secret ?? false);
    expect(Object.values(user_config).map((field) => "sensitive" in field && field.sensitive)).toEqual(
      secret,
    );
    for (const field of Object.values(user_config)) expect(field.required).toBe(false);
  });

  test("reads of fields, not of variables and tools' kinds", () => {
    for (const { description } of Object.values(user_config))
      expect(description).not.toMatch(/SORA_|--|read tools/);
  });

  const placeholders = { ...server.mcp_config.env };
  const empty = Object.fromEntries(fields.map((field) => [field, ""]));
  test.each([
    ["untouched fields", startOf(manifest, ".").env],
    ["empty fields", startOf(manifest, ".", empty).env],
    ["fields that an app leaves as placeholders", placeholders],
  ])("gets a server with %s, which lists Sora Labo's tools and says what it needs", async (_fields, env) => {
    const { client, call, stderr, close } = await overStdio({ env });
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(listed());
    const { code, message } = errorOf(await call("sora_list_channel_connections", { channel_id: "sora" }));
    const needed =
      "sora-api.sora-labo.shiguredo.app needs an API key: set SORA_API_KEY or SORA_API_KEY_FILE.";
    expect([code, message]).toEqual(["not_configured", `Nothing was sent. ${needed}`]);
    await close();
    // And no warning.
    expect(stderr()).toBe(`sora-labo-mcp error: ${needed}\n`);
  });

  test("can switch the sandbox on and all but reading off", async () => {
    const { client, call } = await started({ sandbox: true, read_only: true });
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(listed({ readOnly: true }));
    const { structuredContent } = await call("sora_list_channel_connections", { channel_id: "sora" });
    expect(structuredContent).toMatchObject({ channel_id: "sora", total: 5 });
  });

  const answers: [SettingName, string | number | boolean][] = [
    ["apiKey", "a-key"],
    ["apiKeyFile", "/home/someone/key"],
    ["apiUrl", "https://api.sora-cloud.shiguredo.app/sora-api"],
    ["release", "2025.2"],
    ["releaseChannel", "stable"],
    ["readOnly", true],
    ["toolsets", "signaling, stats"],
    ["channels", "sora, lounge_*"],
    ["confirm", "ask"],
    ["maxAffected", 20],
    ["maxDestructivePerHour", 0],
    ["timeoutMs", 120_000],
    ["auditLog", "/home/someone/sora audit.jsonl"],
    ["logLevel", "info"],
    ["sandbox", true],
  ];
  test("is understood in every field", () => {
    const filledIn = Object.fromEntries(answers.map(([, value], index) => [fields[index], value]));
    const { env } = startOf(manifest, ".", filledIn);
    const config = loadConfig({ env, readFile: () => "a-key" });
    const untouched = loadConfig({ env: {}, readFile: () => "" });
    expect(answers.map(([name]) => name)).toEqual(Object.keys(settings));
    expect([config.problems, config.remarks]).toEqual([[], []]);
    for (const [name] of answers) {
      expect(config.source(name)).toBe("environment");
      if (name !== "apiKeyFile") expect(config[name]).not.toEqual(untouched[name]);
    }
  });
});

describe("the Japanese of the bundle", () => {
  test("covers all that can be translated, tool by tool", () => {
    expect(japanese.tools.map(({ name }) => name)).toEqual(manifest.tools.map(({ name }) => name));
    const { description, long_description, tools } = japanese;
    for (const text of [description, long_description, ...tools.map((tool) => tool.description)]) {
      expect(text).toMatch(/[ぁ-ん]/);
      expect(text).toMatch(/。$/);
    }
  });

  test("has something to say wherever a description goes on, and nowhere else", () => {
    const goOn = catalog.filter(({ ending }) => ending !== undefined).map(({ operation }) => operation);
    expect(Object.keys(japaneseEndings)).toEqual(goOn);
  });

  /** What reads the same in every language: releases, names of APIs, settings and members, links. */
  const names = (text: string) =>
    text.match(
      /https?:[^)]+|[A-Z][a-z]+(?:[A-Z][a-z]+)+|\w+_\w+|20\d\d\.\d(?:\.\d)?|getStats\(\)|\btypes\b|\brids?\b|sora\.conf|Sora Cloud/g,
    );
  /** In any order, each once, and a plural as its singular: sentences are built otherwise. */
  const facts = (text: string) =>
    [...new Set(names(text)?.map((name) => name.replace(/^rids$/, "rid")))].sort();

  test("keeps the names, releases and links of every description", () => {
    for (const [index, { description }] of manifest.tools.entries()) {
      expect(facts(japanese.tools[index]?.description ?? "")).toEqual(facts(description));
    }
    expect(names(japanese.long_description)).toEqual(names(manifest.long_description));
  });

  test.each(catalog)("keeps those of $operation, and is a sentence", (entry) => {
    const { operation, ending, listed: tool } = entry;
    expect(facts(japaneseTools[operation])).toEqual(facts(tool.description));
    expect(facts(japaneseEndings[operation] ?? "")).toEqual(facts(ending?.text ?? ""));
    expect(japaneseTools[operation]).toMatch(/[ぁ-ん].*。$/);
  });

  const emphasized = (text: string) =>
    [...text.matchAll(/(?<!\*)\*([^*]+)\*(?!\*)/g)].map(([, title]) => title);

  test("points to the same fields, by the titles that they have", () => {
    const titles = Object.values(user_config).map(({ title }) => title);
    expect(titles).toEqual(expect.arrayContaining(emphasized(manifest.long_description)));
    expect(emphasized(japanese.long_description)).toEqual(emphasized(manifest.long_description));
  });
});
