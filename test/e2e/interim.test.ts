import { expect, test } from "vitest";
import { startProxy } from "../support/proxy.ts";
import { overStdio } from "../support/session.ts";
import { caFile, startTlsUpstream } from "../support/tls.ts";

test.each(["directly", "through a proxy"])("an unasked 100 Continue over TLS, %s", async (way) => {
  const upstream = await startTlsUpstream("server", (_request, response) => {
    response.writeContinue();
    response.end("[]");
  });
  const proxy = await startProxy();
  const session = await overStdio({
    env: {
      SORA_API_URL: `https://127.0.0.1:${upstream.port}/`,
      NODE_EXTRA_CA_CERTS: caFile,
      ...(way !== "directly" && { HTTPS_PROXY: proxy.url }),
    },
  });
  const read = await session.call("sora_list_channel_connections", { channel_id: "c" });
  expect(read.structuredContent).toMatchObject({ channel_id: "c", total: 0 });
  const write = await session.call("sora_push_channel", { channel_id: "c", data: {} });
  expect(write.structuredContent).toEqual({ status: "done", response: [] });
  expect(proxy.tunnels.length > 0).toBe(way !== "directly");
});
