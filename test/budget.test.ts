import { readdirSync, statSync } from "node:fs";
import { getEncoding } from "js-tiktoken";
import { expect, test } from "vitest";
import { catalog } from "../src/mcp/catalog.ts";

const cl100k = getEncoding("cl100k_base");
const tokens = (value: unknown) => cl100k.encode(JSON.stringify(value)).length;
const listed = catalog.map((entry) => entry.listed);

test("the tool list costs at most 160 tokens a tool, what the model sees of it 115, and no tool 300", () => {
  const seen = listed.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  expect(tokens(listed) / listed.length).toBeLessThanOrEqual(160);
  expect(tokens(seen) / listed.length).toBeLessThanOrEqual(115);
  expect(Math.max(...listed.map(tokens))).toBeLessThanOrEqual(300);
});

test("the bundle stays small, and what a start loads of it smaller", () => {
  const files = readdirSync("dist", { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".js"),
  );
  const bytes = (file: string) => statSync(`dist/${file}`).size;
  const total = files.map(bytes).reduce((sum, size) => sum + size, 0);
  const serve = files.filter((file) => file.includes("stdio-")).map(bytes);
  expect(serve).toHaveLength(1);
  expect(serve[0]).toBeLessThan(130_000);
  expect(total).toBeLessThan(800_000);
});
