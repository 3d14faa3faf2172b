import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

/** Every source file with its text, by its path from src/. */
const sources = new Map(
  readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => [file.replaceAll("\\", "/"), readFileSync(join("src", file), "utf8")]),
);

/** What a file imports, types and lazily loaded modules included; own modules as paths from src/. */
function importsOf(file: string, text: string): string[] {
  const found = text.matchAll(/\b(?:from|import|import\(|require\()\s*["']([^"']+)["']/g);
  return [...found].map(([, name = ""]) => (name.startsWith(".") ? join(dirname(file), name) : name));
}

function importers(of: RegExp): string[] {
  return [...sources]
    .filter(([file, text]) => importsOf(file, text).some((name) => of.test(name)))
    .map(([file]) => file)
    .sort();
}

test("the imports are found", () => {
  expect(sources.size).toBeGreaterThan(50);
  expect(importsOf("cli.ts", sources.get("cli.ts") ?? "")).toEqual(
    expect.arrayContaining([
      "node:fs",
      "../package.json",
      "settings/load.ts",
      "serve/stdio.ts",
      "demo/index.ts",
    ]),
  );
});

test("the SDK is imported by src/mcp and src/serve only", () => {
  const users = importers(/^@modelcontextprotocol\/sdk/);
  expect(users).toContain("mcp/server.ts");
  expect(users.filter((file) => !/^(mcp|serve)\//.test(file))).toEqual([]);
});

test("undici is imported by the client only", () => {
  expect(importers(/^undici/)).toEqual(["sora/client.ts"]);
});

test("zod-to-json-schema is imported by the conversion only", () => {
  expect(importers(/^zod-to-json-schema/)).toEqual(["mcp/json-schema.ts"]);
});

test("jose is imported where access tokens are checked only", () => {
  const users = importers(/^jose/);
  expect(users).toContain("callers/access-token.ts");
  expect(users.filter((file) => !file.startsWith("callers/"))).toEqual([]);
});

test("no other package is imported", () => {
  expect(
    importers(
      /^(?!node:|@modelcontextprotocol\/sdk\/|undici$|jose(\/[a-z/]+)?$|zod$|zod-to-json-schema$)[@a-z]+(?!.*\.(ts|json|html)$)/,
    ),
  ).toEqual([]);
});

test("process and console are touched by cli.ts, and by what starts it, only", () => {
  const users = [...sources].filter(([, text]) =>
    /(?<!#)\bprocess(\.|\?\.|\[)\w|(?<!#)\bprocess\s*[,;)}]|\bconsole\.|["'](node:)?process["']|["'](node:)?child_process["']/.test(
      text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ""),
    ),
  );
  expect(users.map(([file]) => file).sort()).toEqual(["cli.ts", "start.ts"]);
});

test.each([
  [
    "sandbox",
    /^(?!node:|sandbox\/|(json|releases)\.ts$)/,
    "nothing but itself and Node: it checks requests by its own rules",
  ],
  [
    "tools",
    /^(?!tools\/|zod$|(json|text|errors|releases|confirmations)\.ts$|sora\/errors\.ts$)/,
    "no HTTP, no MCP, no settings",
  ],
  [
    "moderation",
    /^(?!node:(?!https?$|http2$|net$|tls$|fs|child_process$|worker)|moderation\/|tools\/|zod$|(json|text|errors|releases)\.ts$|sora\/errors\.ts$)/,
    "no HTTP, no MCP, no settings",
  ],
  [
    "panel",
    /^(?!node:|panel\/|moderation\/|tools\/|zod$|(json|text|errors)\.ts$|\.\.\/package\.json$)/,
    "no HTTP, no MCP, no settings: what it shows are jobs, and what it does are tools",
  ],
  [
    "setup",
    /^(?!node:(path|stream)$|setup\/|settings\/(config|settings)\.ts$|log\.ts$|text\.ts$|sora\/url\.ts$)/,
    "nothing that writes a file, reads a key or asks anybody",
  ],
  [
    "callers",
    /^(?!node:(crypto|fs|stream|timers\/promises)$|callers\/|settings\/(config|values|small-file)\.ts$|tools\/chapters\.ts$|zod$|jose\/|sora\/url\.ts$|(json|text|errors|confirmations)\.ts$)/,
    "no MCP, no HTTP server, no Sora",
  ],
  ["sora", /^(?!node:|sora\/|undici$|(json|text|errors)\.ts$)/, "no tools, no MCP, no settings"],
])("src/%s imports only what %s allows: %s", (folder, foreign) => {
  const users = importers(foreign).filter((file) => file.startsWith(`${folder}/`));
  expect(users).toEqual([]);
});

test("jobs are built on the APIs, and neither these nor what is below them knows of jobs", () => {
  const users = importers(/^moderation\//).filter((file) => !file.startsWith("moderation/"));
  expect(users).toContain("mcp/all-tools.ts");
  expect(users.filter((file) => !/^(mcp|panel)\//.test(file))).toEqual([]);
});

test("handlers hold no try and no catch: one boundary maps every failure", () => {
  const users = [...sources].filter(
    ([file, text]) => file.startsWith("tools/") && /\btry\s*\{|\.catch\(/.test(text),
  );
  expect(users.map(([file]) => file)).toEqual([]);
});

test("tools, lower layers and the sandbox know nothing of who calls them", () => {
  const users = importers(/^(cli|serve\/(stdio|http)|mcp\/server|doctor\/index|demo\/index)\.ts$/);
  expect(users).toEqual(["cli.ts", "serve/http.ts", "serve/served-callers.ts", "serve/stdio.ts", "start.ts"]);
});
