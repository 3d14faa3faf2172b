import { expect } from "vitest";
import { readCommandLine } from "../../src/settings/command-line.ts";
import type { Environment } from "../../src/settings/config.ts";
import type { ClientName } from "../../src/setup/clients.ts";
import { setup } from "../../src/setup/index.ts";
import type { Machine } from "../../src/setup/server.ts";
import { load } from "../support/settings.ts";
import { machines } from "./machines.ts";
import { powerShellWords, snippetsOf, type Told, toldInJson, toldInWords, tomlTables } from "./read-back.ts";

/** What the command prints under the words behind `setup`. */
export function run(words: string[], machine: Machine = machines.linux) {
  const said = { stdout: "", stderr: "" };
  const into = (name: "stdout" | "stderr") => ({
    write(chunk: unknown) {
      said[name] += String(chunk);
      return true;
    },
  });
  const { command, operand: client, flags, problems } = readCommandLine(["setup", ...words]);
  expect(command).toBe("setup");
  const config = (env: Environment) => load({ env, flags, flagProblems: [...problems] });
  const code = setup({ client, flags, config }, machine, { stdout: into("stdout"), stderr: into("stderr") });
  return { code, ...said };
}

/** Words of a line of sh in which each is bare or in single quotes. */
function shWords(line: string): string[] {
  const words = line.match(/(?:[^\s'\\]|'[^']*'|\\')+/gs) ?? [];
  return words.map((word) =>
    word.replace(/'([^']*)'|\\'/gs, (whole, inner) => (whole === "\\'" ? "'" : inner)),
  );
}

/** What the snippets of a page have the client start. */
export function told(client: ClientName, words: string[], machine: Machine): Told[] {
  const { code, stdout, stderr } = run([client, ...words], machine);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const snippets = snippetsOf(stdout);
  expect(snippets.length).toBeGreaterThan(0);
  return snippets.map(({ text }) => {
    if (text.startsWith("{")) return toldInJson(client, text);
    if (text.startsWith("[")) return toldInToml(text);
    return client === "http" ? toldToBridge(text, machine) : toldInWords(wordsOf(text, machine));
  });
}

const wordsOf = (line: string, { platform }: Machine) =>
  platform === "win32" ? powerShellWords(line) : shWords(line);

function toldInToml(text: string): Told {
  const { "mcp_servers.sora": server, "mcp_servers.sora.env": env = {}, ...others } = tomlTables(text);
  expect(others).toEqual({});
  const { command, args, ...more } = server ?? {};
  expect(more).toEqual({});
  if (typeof command !== "string" || !Array.isArray(args)) throw new Error(`no server: ${text}`);
  return {
    command,
    args,
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)])),
  };
}

function toldToBridge(line: string, machine: Machine): Told {
  const env: Record<string, string> = {};
  let rest = line;
  for (const pattern of [
    /^\$env:(\w+) = ('(?:''|’’|[^'’])*'); /s,
    /^(SORA_\w+)=((?:[^\s'\\]|'[^']*'|\\')+) /s,
  ]) {
    for (let found = pattern.exec(rest); found; found = pattern.exec(rest)) {
      env[found[1] ?? ""] = wordsOf(found[2] ?? "", machine)[0] ?? "";
      rest = rest.slice(found[0].length);
    }
  }
  const words = wordsOf(rest, machine);
  const bridge = [
    "npx",
    "-y",
    "mcp-proxy@6",
    "--host",
    "127.0.0.1",
    "--port",
    "8000",
    "--server",
    "stream",
    "--",
  ];
  expect(words.slice(0, bridge.length)).toEqual(bridge);
  const [command = "", ...args] = words.slice(bridge.length);
  return { command, args, env };
}
