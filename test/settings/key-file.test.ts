import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keyFileFault, readKeyFile } from "../../src/settings/key-file.ts";
import { loadConfig } from "../../src/settings/load.ts";
import { startServerProcess } from "../support/server-process.ts";
import { messages, told } from "../support/settings.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

function pipe(): string {
  const path = join(temporaryFolder(), "pipe");
  execFileSync("mkfifo", [path]);
  return path;
}

/** The settings of a server whose key file is this one, on the real disk. */
function loaded(SORA_API_KEY_FILE: string) {
  const env = { SORA_API_URL: "http://127.0.0.1:9/", SORA_API_KEY_FILE };
  return loadConfig({ env, readFile: readKeyFile });
}

const mustBe = "SORA_API_KEY_FILE must be a readable file that holds the key alone";

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
  expect(messages(loaded(pipe()))).toEqual([`${mustBe}: it is no regular file.`]);
});

test("what is wrong with a file is told to everyone without its path, and to the operator with it", () => {
  const folder = temporaryFolder();
  const large = join(folder, "large");
  writeFileSync(large, "k".repeat(16_385));
  const missing = "there is no such file; write its whole path (a key itself goes into SORA_API_KEY)";
  for (const [path, fault] of [
    [large, "it has more than 16 kB"],
    [folder, "it is a folder"],
    [join(folder, "missing"), missing],
  ] as const) {
    const config = loaded(path);
    expect(messages(config)).toEqual([`${mustBe}: ${fault}.`]);
    expect(told(config)).toBe(`${mustBe}: ${fault}. It is ${JSON.stringify(path)}.`);
  }
  expect(told(loaded("distinctive-key-0123456789"))).toBe(`${mustBe}: ${missing}.`);
});

test.each(["EACCES", "EPERM"])("%s: the file is closed to this user", (code) => {
  const fault = (error: unknown) => keyFileFault(error, "SORA_API_KEY");
  expect(fault(Object.assign(new Error("open '/run/key'"), { code }))).toBe("this user may not read it");
  expect(fault(new Error("open '/run/key'"))).toBe("it cannot be read");
});

const key = "distinctive-key-0123456789";
const utf16le = Buffer.from(`${key}\r\n`, "utf16le");
const utf16 = "it is UTF-16; save it as UTF-8";
test.each<[how: string, bytes: Buffer, fault: string | undefined]>([
  ["UTF-8", Buffer.from(`${key}\n`), undefined],
  ["UTF-8 with a byte order mark, as Notepad writes it", Buffer.from(`\ufeff${key}\r\n`), undefined],
  [
    "UTF-16 with one, as PowerShell's > writes it",
    Buffer.concat([Buffer.from([0xff, 0xfe]), utf16le]),
    utf16,
  ],
  ["UTF-16, the other byte first", Buffer.from(`\ufeff${key}\n`, "utf16le").swap16(), utf16],
  ["UTF-16 without a byte order mark", utf16le, utf16],
  ["Latin-1", Buffer.from(`${key}\xe9`, "latin1"), "it has characters other than visible ASCII"],
  ["nothing", Buffer.alloc(0), "it is empty"],
])("a file that holds %s", (_how, bytes, fault) => {
  const path = join(temporaryFolder(), "key");
  writeFileSync(path, bytes);
  const config = loaded(path);
  expect(config.apiKey).toBe(fault === undefined ? key : undefined);
  expect(messages(config)).toEqual(fault === undefined ? [] : [`${mustBe}: ${fault}.`]);
  expect(JSON.stringify(config.problems)).not.toContain(key);
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
      `SORA_API_KEY_FILE must be a readable file that holds the key alone: it is no regular file. It is "${path}"`,
    );
  },
);
