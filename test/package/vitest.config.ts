import { defineConfig } from "vitest/config";

/** What is published, tried as its users get it. Apart from the other tests: it needs npm, and the registry for Nodes. */
export default defineConfig({
  test: {
    setupFiles: ["test/support/after-each-test.ts"],
    include: ["test/package/*.check.ts"],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    reporters: ["verbose"],
  },
});
