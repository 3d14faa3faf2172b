import { defineConfig } from "vitest/config";

/** `npm run panel-check`: apart from the other tests, because it needs Chromium. */
export default defineConfig({
  test: {
    setupFiles: ["test/support/after-each-test.ts"],
    include: ["test/panel/*.check.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Most of a check is waiting for the next renewal.
    maxWorkers: 2,
    disableConsoleIntercept: true,
    reporters: ["verbose"],
    expect: { poll: { timeout: 10_000 }, requireAssertions: true },
  },
});
