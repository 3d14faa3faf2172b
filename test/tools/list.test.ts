import { readdirSync } from "node:fs";
import type { Tool } from "@modelcontextprotocol/sdk/types.js";
import { beforeAll, describe, expect, test } from "vitest";
import { allTools } from "../../src/mcp/all-tools.ts";
import { catalog } from "../../src/mcp/catalog.ts";
import { listedTool } from "../../src/mcp/listing.ts";
import { everyTool, listedByDefault } from "../contract/index.ts";
import { inProcess } from "../support/session.ts";
import { listTools, named, partsOf } from "./listed.ts";

// The public surface: what a client of the built server is told of the tools.

let tools: Tool[];
beforeAll(async () => {
  tools = await listTools();
});

describe("the list is as it was: a change to it belongs into a release note", () => {
  test.each(everyTool)("$tool", async ({ tool }) => {
    const listed = JSON.stringify(named(tools, tool), null, 2);
    await expect(`${listed}\n`).toMatchFileSnapshot(`listed/${tool}.snap`);
  });

  // The first run with a new tool writes its file and fails here: look at the file, then run again.
  test("there is a file for each tool, and for no other: none got lost", () => {
    const files = readdirSync("test/tools/listed");
    expect(files.sort()).toEqual(everyTool.map(({ tool }) => `${tool}.snap`).sort());
  });
});

test("a server started from source lists the same, and the catalog holds it", async () => {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const { client } = await inProcess();
  const listed = (await client.listTools()).tools;
  expect(listed).toEqual(listedByDefault.map(({ tool }) => byName.get(tool)));
  expect(catalog.map((entry) => listedTool(entry, { release: "labo", confirm: "flag" }))).toEqual(tools);
});

describe("names, kinds and words", () => {
  test("the jobs, and behind them the APIs in the order of the documentation", () => {
    expect(tools.map(({ name }) => name)).toEqual(everyTool.map(({ tool }) => tool));
    for (const { name } of tools) expect(name).toMatch(/^sora_[a-z_]{1,59}$/);
  });

  test("the kind of each tool and its chapter are what the contract says", () => {
    expect(catalog.map(({ listed, kind, toolset }) => [listed.name, kind, toolset])).toEqual(
      everyTool.map(({ tool, kind, toolset }) => [tool, kind, toolset]),
    );
  });

  test("the channel of each call is what the contract says", () => {
    const channels = allTools.map((tool, index) => tool.channels(everyTool[index]?.full.args));
    expect(channels).toEqual(everyTool.map(({ channel, full }) => (channel ? [full.args[channel]] : [])));
    const unnamed = allTools.map((tool) => tool.channels({}));
    expect(new Set(unnamed.flat())).toEqual(new Set());
  });

  test("annotations follow the kind and the effect", () => {
    for (const { tool, kind, effect } of everyTool) {
      const { title, annotations } = named(tools, tool);
      expect(annotations, tool).toEqual({
        title,
        readOnlyHint: kind === "read",
        destructiveHint: kind === "destructive" || effect === "overwrites",
        idempotentHint: kind === "read" || (kind === "write" && effect !== "repeats"),
        openWorldHint: kind !== "write",
      });
    }
  });

  test("titles are short, in plain words, and differ", () => {
    const titles = tools.map(({ title }) => title);
    for (const title of titles) expect(title).toMatch(/^[A-Z][a-z ]{3,39}$/);
    expect(new Set(titles).size).toBe(tools.length);
  });

  test("descriptions: one or two sentences", () => {
    for (const { name, description = "" } of tools) {
      expect(description, name).toMatch(/^[A-Z].*\.$/);
      const sentences = description.match(/\.( |$)/g) ?? [];
      expect(sentences.length, description).toBeLessThanOrEqual(2);
      expect(description.length, description).toBeLessThanOrEqual(160);
    }
    expect(new Set(tools.map(({ description }) => description)).size).toBe(tools.length);
  });

  test("no text tells the model what to do", () => {
    // What comes first in an answer, and whose work something is, is no order.
    const instruction =
      /\b(always|must|never|should|ought|please|you|your|important|ensure|(make|be) sure|do not|don't|(?<!worst )first|before|remember|(?<!made by )sora_\w+)\b/i;
    for (const tool of tools) {
      for (const text of [tool.description, ...partsOf(tool).map(({ schema }) => schema.description)]) {
        expect(String(text), tool.name).not.toMatch(instruction);
      }
    }
  });

  test("what ends names the release and the successor, and nothing else claims to end", () => {
    const endings = everyTool.flatMap(({ tool, ends }) => (ends ? [{ tool, ...ends }] : []));
    for (const { tool, release, successor } of endings) {
      expect(named(tools, tool).description).toContain(release);
      expect(named(tools, tool).description).toContain(successor);
    }
    const ending = tools.filter(({ description }) => /deprecated|removed|successor/i.test(description ?? ""));
    expect(ending.map(({ name }) => name)).toEqual(endings.map(({ tool }) => tool));
  });

  test("the metadata tools say what must be switched on, and no other tool does", () => {
    const experimental = tools.filter(({ description }) =>
      description?.includes("Needs signaling_notify_metadata_ext"),
    );
    expect(experimental.map(({ name }) => name)).toEqual(
      everyTool.filter(({ toolset }) => toolset === "metadata").map(({ tool }) => tool),
    );
  });
});

describe("words that people use", () => {
  /** Reads in whose answers there is no text of participants: what nodes and licenses say. */
  const trusted = ["get_stats_report", "get_mode", "get_license", "list_cluster_nodes"];

  test("every read that brings text of participants says so, and nothing else does", () => {
    const saying = tools.filter(({ description }) => description?.includes("untrusted text"));
    const reads = everyTool.filter(({ kind }) => kind === "read").map(({ tool }) => tool);
    expect(saying.map(({ name }) => name)).toEqual(
      reads.filter((name) => !trusted.some((end) => name === `sora_${end}`)),
    );
  });

  test.each([
    ["sora_overview", /who is here/i, /room/, /participant/],
    ["sora_mute", /mute/i, /participant/],
    ["sora_disconnect_client", /kick/i, /remove/i, /participant/],
    ["sora_disconnect_channel", /end a meeting/i, /room/],
    ["sora_push_channel", /message/i, /announcement/],
    ["sora_start_recording", /record/i],
  ])("%s is called by them", (tool, ...words) => {
    const { title, description } = named(tools, tool);
    for (const word of words) expect(`${title} ${description}`).toMatch(word);
  });

  test("a few have words for clients that search, which their texts do not have", () => {
    const hints = new Map(
      tools.flatMap(({ name, _meta }) => {
        const hint = _meta?.["anthropic/searchHint"];
        return typeof hint === "string" ? [[name, hint]] : [];
      }),
    );
    expect(hints.get("sora_disconnect_client")).toMatch(/\bban\b/);
    expect(hints.size).toBeGreaterThanOrEqual(5);
    for (const [name, hint] of hints) {
      const { title, description } = named(tools, name);
      const said = `${name} ${title} ${description}`.toLowerCase().match(/[a-z]+/g);
      for (const word of hint.split(" ")) expect(said, name).not.toContain(word);
    }
  });
});

test("no tool promises the shape of its answer: Sora's grow with its releases, and a promise costs every conversation", () => {
  expect(tools.filter(({ outputSchema }) => outputSchema)).toEqual([]);
});
