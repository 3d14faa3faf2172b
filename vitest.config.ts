import { configDefaults, defineConfig } from "vitest/config";
import { panelPageInTests } from "./scripts/panel-page.ts";

/**
 * Their files leave nothing behind, and so share a worker: to load the same modules for each took half of their time. One
 * puts another module in the place of Node's timers: it stays apart.
 */
const together = [
  "test/{callers,doctor,moderation,sandbox,serve,settings,setup,sora,tools}/**/*.test.ts",
  "test/mcp/!(jobs-limits).test.ts",
];

export default defineConfig({
  plugins: [panelPageInTests],
  test: {
    projects: [
      { extends: true, test: { name: "together", include: together, isolate: false } },
      {
        extends: true,
        test: {
          name: "apart",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...together],
        },
      },
    ],
    setupFiles: ["test/support/after-each-test.ts"],
    // No test takes more than a few seconds by itself: these only end what hangs, and a busy machine takes its time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: {
      // What another process does is waited for as long as a busy machine may take.
      poll: { timeout: 10_000 },
      // A test that only waits would end by its time limit when what it waits for never comes, and say nothing.
      requireAssertions: true,
    },
    // Many tests only wait for servers and deadlines of their own.
    maxWorkers: 4,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      // It runs in a browser: `npm run panel-check`.
      exclude: ["src/panel/page/**"],
      reporter: ["text", "json-summary"],
      thresholds: { lines: 95 },
    },
  },
});
