import type { Tool } from "@modelcontextprotocol/sdk/types.js";
import { beforeAll, describe, expect, test } from "vitest";
import { catalog } from "../../src/mcp/catalog.ts";
import { contract } from "../contract/index.ts";
import { inProcess } from "../support/session.ts";
import { listTools, named, partsOf } from "./listed.ts";

// The public surface: what a client of the built server is told of the tools.

const destructive = [
  "sora_disconnect_channel",
  "sora_disconnect_client",
  "sora_disconnect_connection",
  "sora_disconnect_channel_by_role",
  "sora_delete_signaling_notify_metadata",
  "sora_delete_signaling_notify_metadata_item",
];
const reads = [
  "sora_list_channel_connections",
  "sora_list_signaling_notify_metadata",
  "sora_get_signaling_notify_metadata",
  "sora_get_stats_connection",
  "sora_get_stats_client",
  "sora_list_channel_user_agent_stats",
  "sora_get_user_agent_stats",
];
const pushes = ["sora_push_channel", "sora_push_client", "sora_push_connection", "sora_push_channel_by_role"];
const puts = ["sora_put_signaling_notify_metadata", "sora_put_signaling_notify_metadata_item"];
const lists = reads.filter((name) => name.startsWith("sora_list_"));

/** Deprecated or removed APIs: the release that says so, and what came in their place. */
const endings = {
  sora_request_rtp_stream: ["2025.2.0", "RequestSimulcastRid"],
  sora_list_channel_user_agent_stats: ["2024.1.0", "ListChannelRtcStats"],
  sora_get_user_agent_stats: ["2024.1.0", "GetRtcStats"],
  sora_pause_rtp_stream: ["2025.2.0", "CreateConnectionForwardingFilter"],
  sora_resume_rtp_stream: ["2025.2.0", "DeleteConnectionForwardingFilter"],
};

let tools: Tool[];
beforeAll(async () => {
  tools = await listTools();
});

test("the whole list is as it was: a change to it belongs into a release note", async () => {
  await expect(`${JSON.stringify(tools, null, 2)}\n`).toMatchFileSnapshot("tools-list.snap");
});

test("a server started from source lists the same, and the catalog holds it", async () => {
  const session = await inProcess();
  expect((await session.client.listTools()).tools).toEqual(tools);
  expect(catalog.map(({ listed }) => listed)).toEqual(tools);
});

describe("names, kinds and words", () => {
  test("the 30 APIs in the order of the documentation", () => {
    expect(tools.map(({ name }) => name)).toEqual(contract.map(({ tool }) => tool));
    expect(tools).toHaveLength(30);
    for (const { name } of tools) expect(name).toMatch(/^sora_[a-z_]{1,59}$/);
  });

  test("the kind of each tool is what the contract says: 7 reads, 17 writes, 6 destructive", () => {
    const kinds = Object.fromEntries(catalog.map(({ listed, kind }) => [listed.name, kind]));
    expect(kinds).toEqual(Object.fromEntries(contract.map(({ tool, kind }) => [tool, kind])));
    const of = (wanted: string) =>
      catalog.filter(({ kind }) => kind === wanted).map(({ listed }) => listed.name);
    expect(of("read")).toEqual(reads);
    expect(of("destructive").toSorted()).toEqual(destructive.toSorted());
    expect(of("write")).toHaveLength(17);
  });

  test("annotations follow the kind", () => {
    for (const { name, annotations } of tools) {
      const isRead = reads.includes(name);
      expect(annotations, name).toEqual({
        readOnlyHint: isRead,
        destructiveHint: destructive.includes(name) || puts.includes(name),
        idempotentHint: isRead || !(destructive.includes(name) || pushes.includes(name)),
        openWorldHint: true,
      });
    }
  });

  test("toolsets are the chapters", () => {
    const sizes: Record<string, number> = {};
    for (const { toolset } of catalog) sizes[toolset] = (sizes[toolset] ?? 0) + 1;
    expect(Object.entries(sizes)).toEqual([
      ["signaling", 5],
      ["push", 4],
      ["spotlight", 7],
      ["simulcast", 2],
      ["metadata", 6],
      ["stats", 4],
      ["rtp", 2],
    ]);
  });

  test("titles are short, in plain words, and differ", () => {
    const titles = tools.map(({ title }) => title);
    for (const title of titles) expect(title).toMatch(/^[A-Z][a-z ]{3,39}$/);
    expect(new Set(titles).size).toBe(30);
  });

  test("descriptions: one or two sentences", () => {
    for (const { name, description = "" } of tools) {
      expect(description, name).toMatch(/^[A-Z].*\.$/);
      const sentences = description.match(/\.( |$)/g) ?? [];
      expect(sentences.length, description).toBeLessThanOrEqual(2);
      expect(description.length, description).toBeLessThanOrEqual(160);
    }
    expect(new Set(tools.map(({ description }) => description)).size).toBe(30);
  });

  test("no text tells the model what to do", () => {
    const instruction =
      /\b(always|must|never|should|ought|please|you|your|important|ensure|(make|be) sure|do not|don't|first|before|remember|sora_\w+)\b/i;
    for (const tool of tools) {
      for (const text of [tool.description, ...partsOf(tool).map(({ schema }) => schema.description)]) {
        expect(String(text), tool.name).not.toMatch(instruction);
      }
    }
  });

  test("what ends names the release and the successor, and nothing else claims to end", () => {
    for (const [name, words] of Object.entries(endings)) {
      for (const word of words) expect(named(tools, name).description).toContain(word);
    }
    const ending = tools.filter(({ description }) => /deprecated|removed|successor/i.test(description ?? ""));
    expect(ending.map(({ name }) => name).toSorted()).toEqual(Object.keys(endings).toSorted());
  });

  test("the metadata tools say what must be switched on, and no other tool does", () => {
    const experimental = tools.filter(({ description }) =>
      description?.includes("Experimental; needs signaling_notify_metadata_ext"),
    );
    expect(experimental.map(({ name }) => name)).toEqual(
      contract.map(({ tool }) => tool).filter((name) => name.includes("signaling_notify_metadata")),
    );
    expect(experimental).toHaveLength(6);
  });
});

test("only lists and destructive tools promise a shape, and no promise forbids anything", () => {
  const promising = tools.filter(({ outputSchema }) => outputSchema);
  expect(promising.map(({ name }) => name).toSorted()).toEqual([...lists, ...destructive].toSorted());
  for (const { outputSchema } of promising) {
    expect(JSON.stringify(outputSchema)).not.toMatch(/additionalProperties|enum|pattern|\$ref|\$schema/);
  }
});
