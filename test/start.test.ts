import { afterEach, beforeEach, expect, test, vi } from "vitest";

// What comes before the rest is loaded, inside this process; test/e2e/old-node.test.ts runs the built one.

const loaded = vi.fn(() => ({}));
/** Not the real one: it writes into the user's own folder. */
const keepCompiledCode = vi.fn();

const versions = Object.getOwnPropertyDescriptor(process, "versions") ?? {};
const { exitCode } = process;

beforeEach(() => {
  loaded.mockClear();
  keepCompiledCode.mockClear();
  vi.resetModules();
  vi.doMock("../src/cli.ts", loaded);
  vi.doMock("../src/compile-cache.ts", () => ({ keepCompiledCode }));
});
afterEach(() => {
  Object.defineProperty(process, "versions", versions);
  process.exitCode = exitCode;
  vi.restoreAllMocks();
  vi.doUnmock("../src/cli.ts");
  vi.doUnmock("../src/compile-cache.ts");
});

async function start(node: string) {
  Object.defineProperty(process, "versions", { value: { ...process.versions, node }, configurable: true });
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  process.exitCode = undefined;
  await import("../src/start.ts");
  await vi.dynamicImportSettled();
  return { said: said.mock.calls.map(([text]) => text).join(""), code: process.exitCode };
}

test.each(["12.22.12", "16.20.2", "18.20.8", "20.9.99", "20.18.0", "20.10.0-nightly"])(
  "Node %s is told to be too old, and loads nothing else",
  async (version) => {
    const { said, code } = await start(version);
    expect(said).toBe(
      `sora-labo-mcp needs Node.js 20.18.1 or later; this is ${version} (${process.execPath}). Install a newer one, or have the client start that one by its full path.\n`,
    );
    expect(code).toBe(1);
    expect(loaded).not.toHaveBeenCalled();
    expect(keepCompiledCode).not.toHaveBeenCalled();
  },
);

test.each(["20.18.1", "20.18.10", "20.100.0", "21.0.0", "22.1.0", "100.0.0", "27.0.0-nightly2026", "26"])(
  "Node %s is new enough: compiled code is kept, and then the rest is loaded",
  async (version) => {
    expect(await start(version)).toEqual({ said: "", code: undefined });
    expect(keepCompiledCode.mock.calls).toEqual([[process.platform, process.env]]);
    expect(loaded).toHaveBeenCalledTimes(1);
    expect(loaded).toHaveBeenCalledAfter(keepCompiledCode);
  },
);
