import { expect, test } from "vitest";
import manifest from "../../manifest.json";
import { startOf } from "../support/bundle-host.ts";
import { errorOf, overStdio } from "../support/session.ts";

/** The built server inside the process in which Claude Desktop runs the servers of bundles. */
function inDesktopHost(filledIn: Record<string, string | number | boolean> = {}) {
  const { args, env } = startOf(manifest, ".", filledIn);
  return overStdio({ entry: ["test/support/desktop-host.mjs", ...args], env });
}

test("lists its tools and calls them where Claude Desktop runs it", async () => {
  const { client, call, stderr } = await inDesktopHost({ sandbox: true });
  expect((await client.listTools()).tools).toHaveLength(manifest.tools.length);
  const listed = await call("sora_list_channel_connections", { channel_id: "sora" });
  expect(listed.structuredContent).toMatchObject({ channel_id: "sora", total: 5 });
  const hit = await call("sora_disconnect_channel", { channel_id: "sora", confirm: true });
  expect(hit.structuredContent).toMatchObject({ status: "done", confirmed_by: "flag" });
  expect(stderr()).not.toContain("fatal");
});

test("takes no argument of that process for one of its own, and says what it needs", async () => {
  const { call, stderr } = await inDesktopHost();
  const { code, message } = errorOf(await call("sora_list_channel_connections", { channel_id: "sora" }));
  expect([code, message]).toEqual(["not_configured", expect.stringContaining("needs an API key")]);
  expect(stderr()).not.toContain("warn");
});
