import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { afterTest } from "../support/closing.ts";
import { startRawUpstream } from "../support/raw-upstream.ts";
import { failureOf, kinds, soraAt } from "../support/sora.ts";
import { json, startUpstream } from "../support/upstream.ts";

// Proxies that take connections and then do not do what a proxy does.

const established = "HTTP/1.1 200 Connection established\r\n\r\n";

/** One that closes each connection as soon as it is made. */
async function startCloser(end: (socket: Socket) => void) {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on("error", () => {});
    end(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  afterTest(() => void server.close());
  return { port, connections: () => connections };
}

describe.each([
  { name: "closes upon CONNECT", start: () => startRawUpstream((socket) => socket.end()) },
  { name: "breaks off upon CONNECT", start: () => startRawUpstream((socket) => socket.resetAndDestroy()) },
  {
    name: "says half an answer to CONNECT",
    start: () => startRawUpstream((socket) => socket.end("HTTP/1.1 2")),
  },
  {
    name: "only says to go on",
    start: () => startRawUpstream((socket) => socket.end("HTTP/1.1 100 Continue\r\n\r\n")),
  },
  { name: "closes whatever connects", start: () => startCloser((socket) => socket.end()) },
  { name: "breaks off whatever connects", start: () => startCloser((socket) => socket.resetAndDestroy()) },
])("a proxy that $name", ({ start }) => {
  test("is tried three times and not again, and nothing was sent", async () => {
    const each = ["https", "http"].flatMap((scheme) => kinds.map((kind) => ({ scheme, kind })));
    const calls = each.map(async ({ scheme, kind }) => {
      const proxy = await start();
      const through = `http://user:word@127.0.0.1:${proxy.port}`;
      const sora = soraAt(`${scheme}://sora.invalid/`, { proxy: { http: through, https: through, no: "" } });
      const { code, message, details } = await failureOf(sora[kind]());
      expect(code).toBe("unreachable");
      expect(message).toContain(`The proxy 127.0.0.1:${proxy.port} `);
      // A connection that is reset as it is made may have been made or not.
      expect(message).toMatch(/ (broke off before it was connected to Sora|could not be reached) \(\w+\)\.$/);
      expect(details.hint).toBe("Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY. Nothing was sent.");
      expect(proxy.connections()).toBe(3);
      // Once nobody waits, nothing is tried either; without a pause, this would be hundreds.
      await delay(300);
      expect(proxy.connections()).toBe(3);
    });
    await Promise.all(calls);
  });

  test("is left alone once the call has reached its deadline", async () => {
    const proxy = await start();
    const through = `http://127.0.0.1:${proxy.port}`;
    const sora = soraAt("https://sora.invalid/", {
      timeoutMs: 150,
      proxy: { http: "", https: through, no: "" },
    });
    await failureOf(sora.read());
    await delay(300);
    expect(proxy.connections()).toBeLessThanOrEqual(3);
  });
});

test("a proxy that says to go on before it says that it is connected is one that works", async () => {
  const upstream = await startUpstream(json({ a: 1 }));
  const proxy = await startRawUpstream((socket) => {
    socket.removeAllListeners("data");
    const there = connect(upstream.port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      socket.write(established);
      socket.pipe(there).pipe(socket);
    });
    there.on("error", () => {});
    socket.on("close", () => there.destroy());
  });
  const through = `http://127.0.0.1:${proxy.port}`;
  const sora = soraAt("http://sora.invalid/", { proxy: { http: through, https: "", no: "" } });
  for (const kind of kinds) expect(await sora[kind]()).toEqual({ a: 1 });
});

test("an address that was redirected to and that the proxy breaks off before is not said to be unsent", async () => {
  const proxy = await startRawUpstream((socket) => socket.end());
  const home = await startUpstream((_request, response) =>
    response.writeHead(307, { location: "https://sora.invalid/" }).end(),
  );
  const through = `http://127.0.0.1:${proxy.port}`;
  const sora = soraAt(home.url, { proxy: { http: "", https: through, no: "" } });
  const { code, details } = await failureOf(sora.write());
  expect(code).toBe("unreachable");
  expect(details.hint).toBe("Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.");
  expect([home.requests.length, proxy.connections()]).toEqual([1, 1]);
});
