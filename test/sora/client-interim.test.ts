import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { startProxy } from "../support/proxy.ts";
import { startRawUpstream } from "../support/raw-upstream.ts";
import { failureOf, kinds, soraAt } from "../support/sora.ts";

// Messages that only inform, before an answer, though nobody asked for them.

const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{"a":1}';
const goOn = "HTTP/1.1 100 Continue\r\n\r\n";

const before = {
  "100 Continue": goOn,
  "100 without words": "HTTP/1.1 100\r\n\r\n",
  "100 with headers": "HTTP/1.1 100 Continue\r\nserver: x\r\ndate: now\r\n\r\n",
  "102 Processing": "HTTP/1.1 102 Processing\r\n\r\n",
  "103 Early Hints": "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n",
  "several in a row": `${goOn}HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${goOn}`,
};

describe.each(Object.entries(before))("%s", (_name, message) => {
  test.each<{ name: string; say: (socket: Socket) => void }>([
    { name: "at once with the answer", say: (socket) => socket.write(message + answer) },
    {
      name: "a while before the answer",
      say: (socket) => socket.write(message, () => setTimeout(() => socket.write(answer), 30)),
    },
    { name: "byte by byte", say: (socket) => void byteByByte(socket, message + answer) },
  ])("$name: is not the answer, and the connection is kept", async ({ say }) => {
    const upstream = await startRawUpstream(say);
    const sora = soraAt(upstream.url);
    for (const kind of [...kinds, ...kinds]) {
      expect(await sora[kind]()).toEqual({ a: 1 });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(upstream.requests()).toBe(4);
    expect(upstream.connections()).toBe(1);
  });
});

async function byteByByte(socket: Socket, text: string): Promise<void> {
  socket.setNoDelay(true);
  for (const byte of Buffer.from(text)) {
    socket.write(Buffer.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("a 100 through a proxy is not the answer either", async () => {
  const upstream = await startRawUpstream((socket) => socket.write(goOn + answer));
  const proxy = await startProxy();
  const sora = soraAt(`http://sora.invalid:${upstream.port}/`, {
    proxy: { http: proxy.url, https: "", no: "" },
  });
  for (const kind of kinds) expect(await sora[kind]()).toEqual({ a: 1 });
});

test("what reads like one inside an answer belongs to it", async () => {
  const head = `HTTP/1.1 200 OK\r\ncontent-length: ${2 * (goOn.length + answer.length) + 2}\r\n\r\n`;
  const upstream = await startRawUpstream((socket) => {
    socket.setNoDelay(true);
    // Each in a packet of its own, so that it comes at the start of one.
    const parts = [head, '"', goOn, answer, goOn, answer, '"'];
    for (const [at, part] of parts.entries()) setTimeout(() => socket.write(part), 20 * at);
  });
  const { code, message } = await failureOf(soraAt(upstream.url).read());
  // Nothing of it is missing: a body that is too short would be one that never ends.
  expect(code).toBe("bad_response");
  expect(message).toContain("is not JSON");
});

test.each(["HTTP/1.1 1000 X", "HTTP/1.1 1ab", "HTTP/1.1 100X", "HTTP/1.1 100 X\rY", "HTTP/1.1 1"])(
  "%s begins none, and is refused at once",
  async (status) => {
    const upstream = await startRawUpstream((socket) => socket.write(`${status}\r\n\r\n`));
    const { code, message } = await failureOf(soraAt(upstream.url).write());
    expect(code).toBe("bad_response");
    expect(message).toContain("does not speak HTTP properly");
  },
);

test.each([
  "HTTP/1.1 100 Continue\n\n",
  "HTTP/1.1 100\nserver: x\n\n",
  "HTTP/1.1 100 Continue\r\nserver: x\n\r\n",
])(
  "one whose lines end otherwise (%j) ends with itself, not with an answer inside the answer",
  async (message) => {
    const inner = 'HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{"b":2}';
    const upstream = await startRawUpstream((socket) =>
      socket.write(`${message}HTTP/1.1 200 OK\r\ncontent-length: ${inner.length}\r\n\r\n${inner}`),
    );
    const sora = soraAt(upstream.url);
    expect((await failureOf(sora.read())).message).toContain("is not JSON");
    expect(upstream.connections()).toBe(1);
  },
);

test.each([
  { name: "the beginning of one, and nothing more", said: "HTTP/1.1 10" },
  { name: "one, and nothing more", said: goOn },
])("$name is no answer", async ({ said }) => {
  const upstream = await startRawUpstream((socket) => socket.end(said));
  const sora = soraAt(upstream.url);
  expect((await failureOf(sora.write())).code).toBe("unreachable");
  expect(upstream.requests()).toBe(1);
});

test("one that changes the protocol is not waited behind", async () => {
  const upstream = await startRawUpstream((socket) =>
    socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
  );
  expect((await failureOf(soraAt(upstream.url).write())).code).toBe("unreachable");
});

test("one that never ends is broken off", async () => {
  const upstream = await startRawUpstream((socket) => {
    socket.write("HTTP/1.1 100 Continue\r\n");
    const more = () =>
      socket.write(`x-filler: ${"y".repeat(1_000)}\r\n`, (error) => error ?? setTimeout(more, 1));
    more();
  });
  const { code, message } = await failureOf(soraAt(upstream.url).write());
  expect(code).toBe("bad_response");
  expect(message).toContain("does not speak HTTP properly");
  await upstream.hungUp;
});
