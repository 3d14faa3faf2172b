import { defineConfig } from "vitest/config";

// `npm run soak`: apart from the tests, because it takes its time.
export default defineConfig({
  test: {
    include: ["test/soak/*.soak.ts"],
    hookTimeout: 90_000,
    disableConsoleIntercept: true,
  },
});
