import { defineConfig } from "vitest/config";

// `npm run soak`: apart from the tests, because it takes its time.
export default defineConfig({
  test: {
    setupFiles: ["test/support/after-each-test.ts"],
    include: ["test/soak/*.soak.ts"],
    // On a machine that is busy elsewhere, the run has been seen to take more than two minutes.
    hookTimeout: 600_000,
    // Only ends what hangs, as in the other tests.
    testTimeout: 60_000,
    // What is measured in one file is not to be what another costs.
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
});
