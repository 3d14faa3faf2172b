import { defineConfig } from "vitest/config";

/** `npm run replicas`: apart from the other tests, because it needs nginx and HAProxy. */
export default defineConfig({
  test: {
    setupFiles: ["test/support/after-each-test.ts"],
    include: ["test/replicas/*.check.ts"],
    testTimeout: 120_000,
    fileParallelism: false,
    disableConsoleIntercept: true,
    reporters: ["verbose"],
    expect: { poll: { timeout: 10_000 }, requireAssertions: true },
  },
});
