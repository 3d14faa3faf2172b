import { expect, test } from "vitest";
import { inProcess, overStdio } from "../support/session.ts";

const nowhere = { SORA_API_URL: "http://127.0.0.1:9/" };

async function toldUnder(env: Record<string, string>) {
  const { client } = await inProcess({ env: { ...nowhere, ...env } });
  const names = (await client.listTools()).tools.map(({ name }) => name);
  return { text: client.getInstructions() ?? "", names };
}

/** The tools that the sentence about jobs names. */
function namedIn(text: string): string[] {
  return text.match(/^.*? For: (.*?)\. /)?.[1]?.match(/sora_\w+/g) ?? [];
}

test("one sentence says which tool does what people ask for", async () => {
  const { text, names } = await toldUnder({ SORA_RELEASE: "2025.2" });
  expect(text.match(/For: /g)).toHaveLength(1);
  expect(text).toMatch(
    /kick \(remove\) someone: sora_disconnect_client; end the meeting: sora_disconnect_channel/,
  );
  expect(text).toMatch(/mute someone: sora_mute;/);
  expect(namedIn(text).length).toBeGreaterThan(8);
  for (const name of namedIn(text)) expect(names).toContain(name);
});

test.each<Record<string, string>>([
  { SORA_RELEASE: "labo" },
  { SORA_RELEASE: "2025.2", SORA_READ_ONLY: "true" },
  { SORA_RELEASE: "2025.2", SORA_TOOLSETS: "push,signaling" },
])("under %j it names no tool that does not exist", async (env) => {
  const { text, names } = await toldUnder(env);
  expect(namedIn(text).length).toBeGreaterThan(1);
  for (const name of text.match(/sora_\w+/g) ?? []) expect(names).toContain(name);
});

test("where none of those tools exists, nothing is said of them", async () => {
  const { text } = await toldUnder({ SORA_TOOLSETS: "rtp" });
  expect(text).not.toMatch(/For:|sora_/);
});

test("the allowed channels are named, and only where there are such", async () => {
  const { text } = await toldUnder({ SORA_CHANNELS: "lobby, room-*" });
  expect(text).toContain("Allowed channels (* is any text): lobby, room-*.");
  expect((await toldUnder({})).text).not.toContain("Allowed channels");
});

test("of very many channels the first, and how many more", async () => {
  const channels = Array.from({ length: 300 }, (_, index) => `channel-${index}`);
  const { text } = await toldUnder({ SORA_CHANNELS: channels.join(",") });
  const [, list = "", more] = text.match(/any text\): (.*), and (\d+) more\./) ?? [];
  expect(list.split(", ")).toEqual(channels.slice(0, 300 - Number(more)));
  expect(list.length).toBeLessThan(700);
  expect(list.split(", ").length).toBeGreaterThan(20);
});

test("what nobody sees in the name of a channel is shown, and the key is not", async () => {
  const { text } = await toldUnder({ SORA_CHANNELS: "a\u202eb,key-123456", SORA_API_KEY: "key-123456" });
  expect(text).toContain("a\\u202eb, [redacted].");
});

test("the form of a channel id is told on Sora Cloud, and nowhere else", async () => {
  const form = "On Sora Cloud a channel_id is name@project";
  const cloud = { SORA_API_URL: "https://api.sora-cloud.shiguredo.app/sora-api" };
  const { client } = await overStdio({ env: cloud });
  expect(client.getInstructions()).toContain(form);
  expect((await toldUnder({ SORA_RELEASE: "cloud" })).text).not.toContain(form);
  const sandbox = await overStdio({ env: { ...cloud, SORA_SANDBOX: "true" } });
  expect(sandbox.client.getInstructions()).not.toContain(form);
});
