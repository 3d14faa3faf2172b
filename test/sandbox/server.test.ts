import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startSandbox } from "../../src/sandbox/index.ts";
import { expectInTime } from "../support/in-time.ts";
import { type Json, lounge, openSandbox, stage, type TestSandbox } from "./client.ts";

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await openSandbox();
});
afterEach(() => sandbox.close());

const list = "Sora_20201013.ListChannelConnections";

async function stillAnswers(): Promise<void> {
  expect(await sandbox.ids("sora")).toHaveLength(5);
}

/** What comes back for bytes written to the port, until the server or we hang up. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(Number(sandbox.url.port), "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("error", () => {});
  socket.end(bytes);
  await once(socket, "close");
  return Buffer.concat(chunks).toString();
}

test("says where it is and which channels it has", () => {
  expect(sandbox.url.href).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(sandbox.channels).toEqual(["sora", lounge, stage]);
});

test("uses the real clock and random ids unless told otherwise", async () => {
  const [first, second] = [await startSandbox(), await startSandbox()];
  const read = async (url: URL): Promise<Json> => {
    const body = '{"channel_id":"sora"}';
    const response = await fetch(url, { method: "POST", headers: { "x-sora-target": list }, body });
    expect(response.headers.get("content-type")).toBe("application/json");
    return response.json();
  };
  const [[one], [other]] = [await read(first.url), await read(second.url)];
  expect(one.connection_id).not.toBe(other.connection_id);
  expect(Date.now() - one.created_time / 1000).toBeGreaterThan(900_000);
  expect(Date.now() - one.created_time / 1000).toBeLessThan(1_000_000);
  await Promise.all([first.close(), second.close()]);
});

describe("bodies", () => {
  const body = (size: number) => {
    const frame = '{"channel_id":"sora","data":{"text":""}}';
    return frame.replace('""', `"${"x".repeat(size - frame.length)}"`);
  };
  const push = "Sora_20160711.PushChannel";

  test("of 8,000,000 bytes are taken", async () => {
    expect((await sandbox.send(push, body(8_000_000))).status).toBe(200);
  });

  test("of one more are not", async () => {
    const answer = await sandbox.send(push, body(8_000_001));
    expect(answer).toEqual({ status: 413, json: { error_type: "PayloadTooLarge" } });
    await stillAnswers();
  });
});

describe("bad clients do no harm", () => {
  test.each([
    "nonsense\r\n\r\n",
    "POST / HTTP/1.1\r\n\r\n",
    "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
  ])("%j", async (bytes) => {
    expect(await raw(bytes)).toMatch(/^HTTP\/1\.1 400 /);
    await stillAnswers();
  });

  test("a request that is broken off", async () => {
    const head = `POST / HTTP/1.1\r\nhost: x\r\nx-sora-target: ${list}\r\ncontent-length: 100\r\n\r\n`;
    const socket = connect(Number(sandbox.url.port), "127.0.0.1");
    await once(socket, "connect");
    socket.write(`${head}{"channel_id"`);
    await new Promise((resolve) => setTimeout(resolve, 30));
    socket.resetAndDestroy();
    await stillAnswers();
  });

  test("JSON of extreme depth", async () => {
    const depth = 1_000_000;
    const deep = `{"channel_id":"sora","data":{"x":${"[".repeat(depth)}${"]".repeat(depth)}}}`;
    const answer = await sandbox.send("Sora_20160711.PushChannel", deep);
    expect(answer).toEqual({ status: 400, json: { error_type: "MalformedJSON" } });
    await stillAnswers();
  });

  test("two targets in one request", async () => {
    const twice = `POST / HTTP/1.1\r\nhost: x\r\nx-sora-target: ${list}\r\nx-sora-target: ${list}\r\n`;
    expect(await raw(`${twice}content-length: 0\r\nconnection: close\r\n\r\n`)).toContain("MissingService");
  });
});

describe("the port", () => {
  test("may be chosen, once", async () => {
    const port = Number(sandbox.url.port);
    await expect(startSandbox({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    await stillAnswers();
    await sandbox.close();
    const again = await startSandbox({ port, edition: "2026.2" });
    expect(again.url.port).toBe(String(port));
    await again.close();
  });

  test("is one that there is", async () => {
    await expect(startSandbox({ port: 65_536 })).rejects.toThrow("port");
  });
});

describe("a process", () => {
  /** Starts a sandbox in a process of its own; the code may use `sandbox`. */
  async function run(options: object, code: string) {
    const { outputFiles } = await build({
      stdin: {
        contents: `import { startSandbox } from "./src/sandbox/index.ts";
          const sandbox = await startSandbox(${JSON.stringify(options)});
          ${code}`,
        resolveDir: ".",
      },
      bundle: true,
      platform: "node",
      format: "esm",
      write: false,
    });
    const script = outputFiles.map(({ text }) => text).join("");
    return spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
  }

  /** A request over a connection that is kept alive. */
  const ask = `await (await fetch(sandbox.url, { method: "POST" })).text();`;

  test.each(["", ask])("ends by itself after %j", async (code) => {
    const child = await run({}, code);
    const [status] = await once(child, "exit");
    expect(status).toBe(0);
  });

  test("is kept running when that is asked for", async () => {
    const child = await run({ staysAlive: true }, "console.log(sandbox.url.href);");
    const [url] = await once(child.stdout, "data");
    const options = { method: "POST", headers: { "x-sora-target": list }, body: '{"channel_id":"sora"}' };
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(child.exitCode).toBeNull();
    expect(await (await fetch(String(url).trim(), options)).json()).toHaveLength(5);
    const ended = once(child, "exit");
    child.kill();
    await ended;
  });
});

describe("close", () => {
  test("frees the port although connections are kept alive, and may be called twice", async () => {
    const agent = new Agent({ keepAlive: true });
    const options = { method: "POST", agent, headers: { "x-sora-target": list } };
    await new Promise((resolve) => {
      request(sandbox.url, options, (response) => {
        response.resume().on("end", resolve);
      }).end("{}");
    });
    await sandbox.close();
    await sandbox.close();
    await expect(fetch(sandbox.url, { method: "POST" })).rejects.toThrow();
    agent.destroy();
  });

  test("ends a request that is still being sent", async () => {
    const socket = connect(Number(sandbox.url.port), "127.0.0.1");
    socket.on("error", () => {});
    await once(socket, "connect");
    socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n");
    await new Promise((resolve) => setTimeout(resolve, 30));
    const closed = once(socket, "close");
    await expectInTime(sandbox.close(), "the sandbox is closed");
    await expectInTime(closed, "the connection is closed");
  });
});
