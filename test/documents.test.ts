import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { documents } from "../scripts/documents.ts";

test.each(Object.entries(documents()))("%s is what `npm run docs` writes", (path, text) => {
  expect(readFileSync(path, "utf8")).toBe(text);
});
