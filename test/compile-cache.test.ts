import module from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { keepCompiledCode } from "../src/compile-cache.ts";

// Of the system: whether Node has a compile cache (22.1 and later do) and whether the user has a home.
vi.mock("node:os", async (original) => {
  const os = await original<typeof import("node:os")>();
  return { ...os, homedir: vi.fn(os.homedir) };
});

const own = Object.getOwnPropertyDescriptor(module, "enableCompileCache");
function setCompileCache(value: unknown): void {
  Object.defineProperty(module, "enableCompileCache", { value, configurable: true, writable: true });
}

afterEach(() => {
  if (own) Object.defineProperty(module, "enableCompileCache", own);
  else Reflect.deleteProperty(module, "enableCompileCache");
});

const home = homedir();

test.each([
  ["linux", { XDG_CACHE_HOME: "/var/xdg" }, join("/var/xdg", "sora-labo-mcp")],
  ["linux", {}, join(home, ".cache", "sora-labo-mcp")],
  ["linux", { XDG_CACHE_HOME: "" }, join(home, ".cache", "sora-labo-mcp")],
  ["darwin", { XDG_CACHE_HOME: "/var/xdg" }, join(home, "Library", "Caches", "sora-labo-mcp")],
  ["win32", { LOCALAPPDATA: "/local" }, join("/local", "sora-labo-mcp")],
  ["win32", {}, join(home, "AppData", "Local", "sora-labo-mcp")],
])("on %s with %j it lies in a folder of the user's own", (platform, env, folder) => {
  const enable = vi.fn();
  setCompileCache(enable);
  keepCompiledCode(platform, env);
  expect(enable.mock.calls).toEqual([[folder]]);
});

test("nothing happens where Node has none", () => {
  setCompileCache(undefined);
  expect(() => keepCompiledCode("linux", {})).not.toThrow();
});

test("a user without a home goes without", () => {
  const enable = vi.fn();
  setCompileCache(enable);
  vi.mocked(homedir).mockImplementationOnce(() => {
    throw new Error("uv_os_homedir returned ENOENT");
  });
  expect(() => keepCompiledCode("linux", {})).not.toThrow();
  expect(enable).not.toHaveBeenCalled();
});
