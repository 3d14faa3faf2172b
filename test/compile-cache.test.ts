import { execFileSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, rmdirSync, symlinkSync, writeFileSync } from "node:fs";
import module from "node:module";
import { homedir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { keepCompiledCode } from "../src/compile-cache.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

// Of the system: whether Node has a compile cache (22.1 and later do) and where the user's home is.
vi.mock("node:os", async (original) => {
  const os = await original<typeof import("node:os")>();
  return { ...os, homedir: vi.fn(os.homedir) };
});

const own = Object.getOwnPropertyDescriptor(module, "enableCompileCache");
function setCompileCache(value: unknown): void {
  Object.defineProperty(module, "enableCompileCache", { value, configurable: true, writable: true });
}

afterEach(() => {
  vi.mocked(homedir).mockReset();
  if (own) Object.defineProperty(module, "enableCompileCache", own);
  else Reflect.deleteProperty(module, "enableCompileCache");
});

/** The folders that Node is told to keep its cache in; it waits for ever in some that cannot be written to. */
function enabledIn(platform: string, env: Record<string, string>): string[] {
  const enable = vi.fn();
  setCompileCache(enable);
  keepCompiledCode(platform, env);
  return enable.mock.calls.map(([folder]) => folder);
}

test.each<[platform: string, variable: string | undefined, place: string[]]>([
  ["linux", "XDG_CACHE_HOME", []],
  ["linux", undefined, [".cache"]],
  ["darwin", undefined, ["Library", "Caches"]],
  ["win32", "LOCALAPPDATA", []],
  ["win32", undefined, ["AppData", "Local"]],
])("on %s with %s it is made in a folder of the user's own", (platform, variable, place) => {
  const [home, named] = [temporaryFolder(), temporaryFolder()];
  vi.mocked(homedir).mockReturnValue(home);
  const env = { XDG_CACHE_HOME: "", LOCALAPPDATA: "", ...(variable && { [variable]: named }) };
  const folder = join(variable ? named : home, ...place, "sora-labo-mcp");
  expect(enabledIn(platform, env)).toEqual([folder]);
  expect(existsSync(folder)).toBe(true);
  expect(enabledIn(platform, env), "the second time").toEqual([folder]);
});

test.skipIf(process.platform === "win32")("nobody else can write into what is made for it", () => {
  const home = temporaryFolder();
  const before = process.umask(0);
  try {
    enabledIn("linux", { XDG_CACHE_HOME: join(home, "cache") });
  } finally {
    process.umask(before);
  }
  const mode = (path: string) =>
    execFileSync("ls", ["-ld", join(home, path)], { encoding: "utf8" }).slice(0, 10);
  expect([mode("cache"), mode("cache/sora-labo-mcp")]).toEqual(["drwx------", "drwx------"]);
});

test("nothing happens where Node has none", () => {
  const XDG_CACHE_HOME = join(temporaryFolder(), "cache");
  setCompileCache(undefined);
  keepCompiledCode("linux", { XDG_CACHE_HOME });
  expect(existsSync(XDG_CACHE_HOME)).toBe(false);
});

test("a user without a home goes without", () => {
  vi.mocked(homedir).mockImplementation(() => {
    throw new Error("uv_os_homedir returned ENOENT");
  });
  expect(enabledIn("linux", {})).toEqual([]);
});

describe("it goes without, and at once,", () => {
  test("where the folder is a relative one: it would be left wherever the server is started", () => {
    const XDG_CACHE_HOME = relative(process.cwd(), join(temporaryFolder(), "cache"));
    expect(enabledIn("linux", { XDG_CACHE_HOME })).toEqual([]);
    expect(existsSync(XDG_CACHE_HOME)).toBe(false);
  });

  test("where something else has the name", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "");
    expect(enabledIn("linux", { XDG_CACHE_HOME: join(folder, "file") })).toEqual([]);
    expect(enabledIn("linux", { XDG_CACHE_HOME: join(folder, "file", "cache") })).toEqual([]);
  });

  test("where there is a link to nothing", () => {
    const folder = temporaryFolder();
    symlinkSync(join(folder, "gone", "cache"), join(folder, "link"));
    expect(enabledIn("linux", { XDG_CACHE_HOME: join(folder, "link") })).toEqual([]);
    expect(existsSync(join(folder, "gone"))).toBe(false);
  });

  test
    .runIf(process.platform === "linux")
    .each(["/proc", "/proc/home", "/proc/a/b/c", "/proc/self", "/dev/null", "/dev/null/x"])(
    "where nothing can be made: %s",
    (XDG_CACHE_HOME) => {
      expect(enabledIn("linux", { XDG_CACHE_HOME })).toEqual([]);
    },
  );

  test.runIf(process.platform === "linux")(
    "where the folder, or the one above, was deleted while in use",
    () => {
      const folder = temporaryFolder();
      mkdirSync(join(folder, "deleted"));
      const file = openSync(join(folder, "deleted"), "r");
      try {
        rmdirSync(join(folder, "deleted"));
        symlinkSync(`/proc/self/fd/${file}`, join(folder, "sora-labo-mcp"));
        expect(enabledIn("linux", { XDG_CACHE_HOME: folder })).toEqual([]);
        expect(enabledIn("linux", { XDG_CACHE_HOME: `/proc/self/fd/${file}` })).toEqual([]);
      } finally {
        closeSync(file);
      }
    },
  );
});
