import type { ClientName } from "../../src/setup/clients.ts";
import { expected } from "./expected.ts";

// Readers of what setup prints, written from the rules of the formats and not from the code that writes them.

/** One value of TOML: a basic string, or a list of them on one line. */
export function tomlValue(text: string): string | string[] {
  if (!text.startsWith("[")) return basicString(text);
  const inner = text.slice(1, -1);
  const strings = inner.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  if (strings.join(", ") !== inner || !text.endsWith("]")) throw new Error(`no list of strings: ${text}`);
  return strings.map(basicString);
}

const escapes: Readonly<Record<string, string>> = {
  b: "\b",
  t: "\t",
  n: "\n",
  f: "\f",
  r: "\r",
  '"': '"',
  "\\": "\\",
};

function basicString(text: string): string {
  if (!/^"(?:[^"\\\0-\x08\x0a-\x1f\x7f]|\\(?:[btnfr"\\]|u[0-9a-fA-F]{4}))*"$/.test(text))
    throw new Error(`no basic string: ${text}`);
  return text
    .slice(1, -1)
    .replace(/\\(?:u(.{4})|(.))/g, (_, code, letter) =>
      code === undefined ? (escapes[letter] ?? "") : String.fromCodePoint(Number.parseInt(code, 16)),
    );
}

/** Tables of TOML with a name each, as far as setup writes them; comments are left out. */
export function tomlTables(text: string): Record<string, Record<string, string | string[]>> {
  const tables: Record<string, Record<string, string | string[]>> = {};
  let table: Record<string, string | string[]> | undefined;
  for (const line of text.split("\n")) {
    const header = /^\[([a-z_]+(?:\.[a-z_]+)*)\]$/.exec(line)?.[1];
    const pair = /^([A-Za-z_]+) = (.+)$/.exec(line);
    if (header !== undefined) {
      if (header in tables) throw new Error(`twice: ${header}`);
      table = tables[header] = {};
    } else if (pair && table) table[pair[1] ?? ""] = tomlValue(pair[2] ?? "");
    else if (line !== "" && !line.startsWith("#")) throw new Error(`not TOML: ${line}`);
  }
  return tables;
}

/** The words of a line of PowerShell in which each is bare or one string in single quotes. */
export function powerShellWords(line: string): string[] {
  const quotes = "['‘’‚‛]";
  const word = new RegExp(
    `^(?:(-{0,2}\\w[\\w-]*)|${quotes}((?:${quotes}${quotes}|[^'‘’‚‛])*)${quotes})(?: |$)`,
    "s",
  );
  const words: string[] = [];
  for (let rest = line; rest !== ""; ) {
    const found = word.exec(rest);
    if (!found) throw new Error(`no words: ${rest}`);
    words.push(found[1] ?? (found[2] ?? "").replace(/(['‘’‚‛])['‘’‚‛]/g, "$1"));
    rest = rest.slice(found[0].length);
  }
  return words;
}

export interface Told {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The snippets of a page: what stands between blank lines and is neither a heading nor the list at the end. */
export function snippetsOf(page: string): { where: string; text: string }[] {
  const body = page.slice(page.indexOf("\n\n") + 2, page.lastIndexOf("\n\n- "));
  const parts = body.split(/(?:^|\n\n)(?=(?:In|Or in) [^\n]*:\n\n)/).filter((part) => part !== "");
  return parts.map((part) => {
    const end = part.indexOf("\n\n");
    return { where: part.slice(0, end), text: part.slice(end + 2) };
  });
}

/** What a client makes of its settings in JSON, by the names that this client reads. */
export function toldInJson(client: ClientName, text: string): Told {
  const settings = JSON.parse(text);
  const { command, args = [], env, environment } = settings[expected[client].servers ?? ""].sora;
  return Array.isArray(command)
    ? { command: command[0], args: command.slice(1), env: environment ?? {} }
    : { command, args, env: env ?? {} };
}

/** What a client's own `add` makes of its words. */
export function toldInWords([, ...words]: readonly string[]): Told {
  const env: Record<string, string> = {};
  const rest: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (word === "--") {
      rest.push(...words.slice(at + 1));
      break;
    }
    if (word === "--env" || word === "-e") {
      at += 1;
      const [variable = "", ...value] = (words[at] ?? "").split("=");
      env[variable] = value.join("=");
    } else if (word === "--scope") at += 1;
    else if (["mcp", "add", "install", "sora", "--yes"].includes(word) && rest.length === 0) continue;
    else rest.push(word);
  }
  const [command = "", ...args] = rest;
  return { command, args, env };
}
