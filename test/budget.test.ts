import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Tool } from "@modelcontextprotocol/sdk/types.js";
import { getEncoding } from "js-tiktoken";
import { expect, test } from "vitest";
import { jobs } from "./contract/index.ts";
import { inProcess } from "./support/session.ts";

const cl100k = getEncoding("cl100k_base");
const tokens = (value: unknown) => cl100k.encode(JSON.stringify(value)).length;

interface Bounds {
  /** Tokens a tool: of all that is listed, of what the model sees of it, and of the largest tool. */
  readonly whole: number;
  readonly seen: number;
  readonly largest: number;
}

const isJob = ({ name }: Tool) => jobs.some(({ tool }) => tool === name);

async function listed(env: Record<string, string>): Promise<Tool[]> {
  const { client } = await inProcess({ env });
  return (await client.listTools()).tools;
}

function expectWithin(tools: readonly Tool[], { whole, seen, largest }: Bounds): void {
  const shown = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  expect(tokens(tools) / tools.length).toBeLessThanOrEqual(whole);
  expect(tokens(shown) / tools.length).toBeLessThanOrEqual(seen);
  expect(Math.max(...tools.map(tokens))).toBeLessThanOrEqual(largest);
}

test.each<[settings: Record<string, string>, apis: Bounds]>([
  [{}, { whole: 160, seen: 115, largest: 300 }],
  [{ SORA_RELEASE: "cloud" }, { whole: 150, seen: 115, largest: 320 }],
  [{ SORA_RELEASE: "2025.2" }, { whole: 150, seen: 115, largest: 320 }],
  [
    { SORA_RELEASE: "2025.2", SORA_CONFIRM: "preview" },
    { whole: 150, seen: 115, largest: 320 },
  ],
  [
    { SORA_RELEASE: "2025.2", SORA_CONFIRM: "ask" },
    { whole: 150, seen: 115, largest: 320 },
  ],
  [
    { SORA_RELEASE: "2025.2", SORA_TOOLSETS: "all" },
    { whole: 150, seen: 115, largest: 320 },
  ],
  [
    { SORA_RELEASE: "2024.2", SORA_TOOLSETS: "all" },
    { whole: 150, seen: 115, largest: 320 },
  ],
])(
  "the APIs listed under %j cost at most %j tokens a tool, and with the jobs no more than 150",
  async (env, bounds) => {
    const tools = await listed(env);
    expectWithin(
      tools.filter((tool) => !isJob(tool)),
      bounds,
    );
    expect(tokens(tools) / tools.length).toBeLessThanOrEqual(150);
  },
);

test("the jobs may cost a little more than APIs: what they do takes more words", async () => {
  const those = (await listed({ SORA_RELEASE: "2025.2" })).filter(isJob);
  expect(those).toHaveLength(jobs.length);
  expectWithin(those, { whole: 160, seen: 130, largest: 320 });
});

/** What Node reads of the bundle when it imports a file: the file, and all that it imports before it runs. */
function loadedWith(file: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(file)) return loaded;
  loaded.add(file);
  const imports = readFileSync(join("dist", file), "utf8").matchAll(/(?:from|import)"(\.[^"]+)"/g);
  for (const [, path = ""] of imports) loadedWith(join(dirname(file), path), loaded);
  return loaded;
}

test("the bundle stays small, and what a start loads of it smaller", () => {
  const files = readdirSync("dist", { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".js"),
  );
  const bytes = (those: Iterable<string>) =>
    [...those].reduce((sum, file) => sum + statSync(join("dist", file)).size, 0);
  const [serve = "", ...others] = files.filter((file) => file.includes("stdio-"));
  expect(others).toEqual([]);
  // cli.js imports main.js only once it has seen that Node is new enough.
  const loaded = loadedWith(serve, loadedWith("main.js", loadedWith("cli.js")));
  expect(loaded.size).toBeGreaterThan(4);
  expect(bytes(loaded)).toBeLessThan(180_000);
  expect(bytes(files)).toBeLessThan(930_000);
});
