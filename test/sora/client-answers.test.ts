import type { ServerResponse } from "node:http";
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { failureOf, kinds, soraAt } from "../support/sora.ts";
import { startUpstream } from "../support/upstream.ts";

// What the client makes of whole answers: status, encoding, size.

async function answering(answer: (response: ServerResponse) => void) {
  const upstream = await startUpstream((_request, response) => answer(response));
  return { upstream, sora: soraAt(upstream.url) };
}

const text = '{"名前":"値","n":[1,-2.5,1e3,null,true],"deep":{"a":[]}}';
const value = JSON.parse(text);

test.each([
  { name: "200 with an object", status: 200, body: text, expected: value },
  { name: "200 with a list", status: 200, body: "[1,[2]]", expected: [1, [2]] },
  { name: "200 with a string", status: 200, body: '"done"', expected: "done" },
  { name: "200 with null", status: 200, body: "null", expected: null },
  { name: "200 without a body", status: 200, body: "", expected: null },
  { name: "200 with nothing but blanks", status: 200, body: " \r\n\t", expected: null },
  { name: "201", status: 201, body: text, expected: value },
  { name: "202 without a body", status: 202, body: "", expected: null },
  { name: "204", status: 204, body: "", expected: null },
  { name: "a byte order mark before the JSON", status: 200, body: `\ufeff${text}`, expected: value },
  { name: "a byte order mark alone", status: 200, body: "\ufeff", expected: null },
])("$name is an answer", async ({ status, body, expected }) => {
  const { sora } = await answering((response) => response.writeHead(status).end(body));
  expect(await sora.read()).toEqual(expected);
  expect(await sora.write()).toEqual(expected);
});

test("an answer's type does not matter, only what it is", async () => {
  const { sora } = await answering((response) =>
    response.writeHead(200, { "content-type": "text/html" }).end(text),
  );
  expect(await sora.read()).toEqual(value);
});

describe("encodings", () => {
  const plain = Buffer.from(text);
  const encodings: [encoding: string | string[], bytes: Buffer][] = [
    ["identity", plain],
    ["gzip", gzipSync(text)],
    ["x-gzip", gzipSync(text)],
    ["GZIP", gzipSync(text)],
    ["deflate", deflateSync(text)],
    ["deflate", deflateSync(text, { level: 0 })],
    ["deflate", deflateSync(text, { windowBits: 9 })],
    ["deflate", deflateRawSync(text)],
    ["deflate", deflateRawSync(text, { level: 0 })],
    ["br", brotliCompressSync(text)],
    // What says nothing.
    ["", plain],
    [" , ", plain],
    ["gzip, identity", gzipSync(text)],
    ["identity,gzip", gzipSync(text)],
    // One upon the other, the first named first.
    ["gzip, br", brotliCompressSync(gzipSync(text))],
    ["br,gzip", gzipSync(brotliCompressSync(text))],
    [["deflate", "gzip"], gzipSync(deflateRawSync(text))],
    ["gzip,,,,,,", gzipSync(text)],
    ["identity, identity, identity, identity, identity, identity", plain],
    ["identity, , gzip, identity, IDENTITY, , identity, br", brotliCompressSync(gzipSync(text))],
    ["gzip, gzip, gzip, gzip, gzip", [1, 2, 3, 4, 5].reduce((bytes) => gzipSync(bytes), plain)],
    // What is no compression.
    ["utf-8", plain],
    ["UTF8", plain],
    ["none", plain],
    ["aws-chunked", plain],
    ["utf-8, gzip", gzipSync(text)],
    ["gzip, utf-8", gzipSync(text)],
    ["aws-chunked,gzip", gzipSync(text)],
    // What is none either, whatever it says.
    ["zstd", plain],
  ];

  test.each(encodings)("%s is understood (%#)", async (encoding, bytes) => {
    const headers = [encoding].flat().flatMap((coding) => ["content-encoding", coding]);
    const { upstream, sora } = await answering((response) => response.writeHead(200, headers).end(bytes));
    expect(await sora.read()).toEqual(value);
    expect(upstream.requests[0]?.headers["accept-encoding"]).toBe("gzip, deflate, br");
  });

  test("an error is understood in an encoding too", async () => {
    const { sora } = await answering((response) =>
      response
        .writeHead(400, { "content-encoding": "br" })
        .end(brotliCompressSync('{"error_type":"NoSuch"}')),
    );
    expect((await failureOf(sora.read())).details.error_type).toBe("NoSuch");
  });

  test.each(["gzip", "deflate", "br", "zstd", "gzip, br"])(
    "an empty body is null, whatever it says of itself: %s",
    async (encoding) => {
      const { sora } = await answering((response) =>
        response.writeHead(200, { "content-encoding": encoding }).end(),
      );
      expect(await sora.read()).toBeNull();
    },
  );

  test.each([
    { name: "plain text that says gzip", encoding: "gzip", bytes: Buffer.from(text) },
    { name: "plain text that says deflate", encoding: "deflate", bytes: Buffer.from(text) },
    { name: "plain text that says br", encoding: "br", bytes: Buffer.from(text) },
    { name: "gzip that says br", encoding: "br", bytes: gzipSync(text) },
    { name: "br that says gzip", encoding: "gzip", bytes: brotliCompressSync(text) },
    { name: "gzip cut short", encoding: "gzip", bytes: gzipSync(text).subarray(0, 20) },
    { name: "br cut short", encoding: "br", bytes: brotliCompressSync(text).subarray(0, 20) },
    { name: "gzip with a wrong checksum", encoding: "gzip", bytes: corrupted(gzipSync(text)) },
    { name: "gzip that says nothing", encoding: "identity", bytes: gzipSync(text) },
    { name: "raw deflate cut short", encoding: "deflate", bytes: deflateRawSync(text).subarray(0, 20) },
    { name: "deflate cut short", encoding: "deflate", bytes: deflateSync(text).subarray(0, 20) },
    {
      name: "two encodings the wrong way round",
      encoding: "br, gzip",
      bytes: brotliCompressSync(gzipSync(text)),
    },
    { name: "one encoding that says two", encoding: "gzip, br", bytes: brotliCompressSync(text) },
    { name: "two encodings that say one", encoding: "br", bytes: brotliCompressSync(gzipSync(text)) },
  ])("$name is a bad_response, and not asked for again", async ({ encoding, bytes }) => {
    const { upstream, sora } = await answering((response) =>
      response.writeHead(200, { "content-encoding": encoding }).end(bytes),
    );
    for (const kind of kinds) expect((await failureOf(sora[kind]())).code).toBe("bad_response");
    expect(upstream.requests).toHaveLength(2);
  });

  test.each([
    { name: "one that nobody knows", encoding: "zstd", bytes: Buffer.from("28b52ffd0458", "hex") },
    { name: "one that nobody knows, compressed", encoding: "zstd, gzip", bytes: gzipSync("(\xb5/\xfd") },
    { name: "a web page in one that nobody knows", encoding: "none", bytes: Buffer.from("<html>") },
    { name: "more than five", encoding: "gzip,".repeat(6), bytes: gzipSync(text) },
  ])("$name: was not asked for", async ({ encoding, bytes }) => {
    const { upstream, sora } = await answering((response) =>
      response.writeHead(200, { "content-encoding": encoding }).end(bytes),
    );
    for (const kind of kinds) {
      const { code, message, details } = await failureOf(sora[kind]());
      expect(code).toBe("bad_response");
      expect(message).toContain("is encoded in a way that was not asked for.");
      expect(details.hint).toContain("proxy or gateway");
    }
    expect(upstream.requests).toHaveLength(2);
  });

  test("an answer that is not read to its end gives its connection back", async () => {
    let closed = 0;
    const { sora } = await answering((response) => {
      response.on("close", () => {
        closed += 1;
      });
      response.writeHead(200, { "content-encoding": "zstd" }).write(Buffer.alloc(9_000_000));
    });
    const calls = Array.from({ length: 5 }, () => failureOf(sora.read()));
    for (const { code } of await Promise.all(calls)) expect(code).toBe("bad_response");
    await expect.poll(() => closed, { timeout: 10_000 }).toBe(5);
  });
});

function corrupted(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length - 6] = 0xff - (copy[copy.length - 6] ?? 0);
  return copy;
}

describe("size", () => {
  const cap = 8_000_000;
  const ofSize = (bytes: number) => Buffer.from(`"${"x".repeat(bytes - 2)}"`);

  test.each([
    { name: "plain", encoding: "identity", encode: (bytes: Buffer) => bytes },
    { name: "gzip", encoding: "gzip", encode: (bytes: Buffer) => gzipSync(bytes) },
    { name: "br", encoding: "br", encode: (bytes: Buffer) => brotliCompressSync(bytes) },
    { name: "raw deflate", encoding: "deflate", encode: (bytes: Buffer) => deflateRawSync(bytes) },
    { name: "gzip twice", encoding: "gzip, gzip", encode: (bytes: Buffer) => gzipSync(gzipSync(bytes)) },
    { name: "what is not known", encoding: "utf-8", encode: (bytes: Buffer) => bytes },
  ])("$name: exactly 8,000,000 bytes are an answer, one more is not", async ({ encoding, encode }) => {
    let bytes = encode(ofSize(cap));
    const { upstream, sora } = await answering((response) =>
      response.writeHead(200, { "content-encoding": encoding }).end(bytes),
    );
    expect(await sora.read()).toHaveLength(cap - 2);
    bytes = encode(ofSize(cap + 1));
    for (const kind of kinds) {
      const { code, message } = await failureOf(sora[kind]());
      expect(code).toBe("bad_response");
      expect(message).toContain("larger than 8 MB");
    }
    expect(upstream.requests).toHaveLength(3);
  });

  test("counts bytes, not characters", async () => {
    const { sora } = await answering((response) => response.end(`"${"あ".repeat(2_700_000)}"`));
    expect((await failureOf(sora.read())).code).toBe("bad_response");
  });

  test("what never ends is cut off at the limit", async () => {
    const chunk = Buffer.alloc(1_000_000, "x");
    let written = 0;
    let ended: () => void = () => {};
    const closed = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const { sora } = await answering((response) => {
      response.on("close", ended);
      const more = () => {
        written += chunk.length;
        response.write(chunk, more);
      };
      more();
    });
    expect((await failureOf(sora.read())).message).toContain("larger than 8 MB");
    await closed;
    expect(written).toBeLessThan(100_000_000);
  });

  test.each([
    { name: "gzip", encoding: "gzip", bomb: gzipBomb() },
    { name: "br", encoding: "br", bomb: brotliBomb() },
    { name: "gzip in gzip", encoding: "gzip, gzip", bomb: gzipSync(gzipBomb()) },
    { name: "gzip in utf-8", encoding: "gzip, utf-8", bomb: gzipBomb() },
  ])("a small answer in $name that would be a gigabyte is cut off", async ({ encoding, bomb }) => {
    expect(bomb.length).toBeLessThan(1_100_000);
    const before = process.memoryUsage().rss;
    const { sora } = await answering((response) =>
      response.writeHead(200, { "content-encoding": encoding }).end(bomb),
    );
    expect((await failureOf(sora.read())).message).toContain("larger than 8 MB");
    expect(process.memoryUsage().rss - before).toBeLessThan(250_000_000);
  });
});

/** A gigabyte of zeros as many members of one gzip file, as RFC 1952 allows. */
function gzipBomb(): Buffer {
  const member = gzipSync(Buffer.alloc(10_000_000));
  return Buffer.concat(Array.from({ length: 100 }, () => member));
}

/** 400 MB of zeros. */
function brotliBomb(): Buffer {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 24 };
  return brotliCompressSync(Buffer.alloc(400_000_000), { params });
}

describe("what is not an answer", () => {
  test.each([
    { name: "a web page", body: "<!doctype html><title>Welcome</title>" },
    { name: "JSON cut off", body: '{"a":[1,2' },
    { name: "JSON with more behind", body: "{}{}" },
    { name: "JavaScript", body: "{a:1}" },
    { name: "NaN", body: "NaN" },
    { name: "a zero byte", body: "\0" },
    { name: "UTF-16", body: Buffer.from('{"a":1}', "utf16le") },
  ])("$name with 200 is a bad_response that points at the URL", async ({ body }) => {
    const { upstream, sora } = await answering((response) => response.end(body));
    for (const kind of kinds) {
      const { code, message, details } = await failureOf(sora[kind]());
      expect(code).toBe("bad_response");
      expect(message).toContain("is not JSON");
      expect(message.includes("It is not known whether Sora carried the call out")).toBe(kind === "write");
      expect(details.status).toBe(200);
      expect(details.hint).toContain("SORA_API_URL");
    }
    expect(upstream.requests).toHaveLength(2);
  });

  test("bytes that are not UTF-8 do not end the call", async () => {
    const { sora } = await answering((response) =>
      response.end(Buffer.concat([Buffer.from('"a'), Buffer.from([0xff, 0xfe]), Buffer.from('"')])),
    );
    expect(await sora.read()).toBe("a\ufffd\ufffd");
  });

  test.each([600, 999])("the status %i, which HTTP does not have, is no answer", async (status) => {
    const { sora } = await answering((response) => response.writeHead(status).end(text));
    const { code, details } = await failureOf(sora.read());
    expect(code).toBe("bad_response");
    expect(details.status).toBe(status);
  });
});

test("JSON nested without end comes as it is: it is cut where it is shown", async () => {
  const { sora } = await answering((response) => response.end("[".repeat(1_000_000) + "]".repeat(1_000_000)));
  let depth = 0;
  for (let json: unknown = await sora.read(); Array.isArray(json); [json] = json) depth += 1;
  expect(depth).toBe(1_000_000);
});
