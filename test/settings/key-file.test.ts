import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readKeyFile } from "../../src/settings/key-file.ts";
import { startServerProcess } from "../support/server-process.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

function pipe(): string {
  const path = join(temporaryFolder(), "pipe");
  execFileSync("mkfifo", [path]);
  return path;
}

test("a small file is read whole", () => {
  const path = join(temporaryFolder(), "key");
  for (const text of ["", "a-key\n", "語".repeat(5_000), "k".repeat(16_384)]) {
    writeFileSync(path, text);
    expect(readKeyFile(path)).toBe(text);
  }
});

test("what is larger than a key, no file or not there is an error", () => {
  const folder = temporaryFolder();
  const path = join(folder, "large");
  writeFileSync(path, "k".repeat(16_385));
  for (const unusable of [path, folder, join(folder, "missing")])
    expect(() => readKeyFile(unusable)).toThrow();
});

test.skipIf(process.platform === "win32")("a pipe is no file, whether anyone writes into it or not", () => {
  const path = pipe();
  expect(() => readKeyFile(path)).toThrow("not a regular file");
});

test.skipIf(process.platform === "win32").each(["a pipe without a writer", "/dev/zero"])(
  "with %s for a key file the server starts, and says what is wrong",
  async (name) => {
    const path = name.startsWith("/") ? name : pipe();
    const server = await startServerProcess({ SORA_API_URL: "http://127.0.0.1:9/", SORA_API_KEY_FILE: path });
    expect((await server.ask("tools/list")).result?.tools).toBeInstanceOf(Array);
    server.child.stdin.end();
    expect(await server.ended).toEqual({ code: 0, signal: null });
    expect(server.stderr()).toContain(
      `SORA_API_KEY_FILE must be a readable file that holds the key alone. It is "${path}"`,
    );
  },
);
