import { refusalCodes } from "../src/errors.ts";
import type { catalog } from "../src/mcp/catalog.ts";
import {
  type Code,
  codes,
  type JudgedCode,
  staleAfterSeconds,
  thresholds,
} from "../src/moderation/diagnosis/thresholds.ts";
import { jobFailureCodes } from "../src/moderation/errors.ts";
import type { settings } from "../src/settings/settings.ts";
import { soraFailureCodes } from "../src/sora/errors.ts";
import type { Kind } from "../src/tools/tool.ts";
import { chapterTables, code, table } from "./tables.ts";
import type { ToolsPage } from "./texts/tools-page.ts";

type Entry = (typeof catalog)[number];

const errorCodes = [...refusalCodes, ...jobFailureCodes, ...soraFailureCodes];

/** What the generated tables of a README say in one language. A new setting, tool or error code is missed here by its type. */
export interface Texts {
  readonly language: "english" | "japanese";
  readonly heads: {
    readonly tools: readonly [tool: string, kind: string, since: string, until: string, description: string];
    readonly settings: readonly [variable: string, flag: string, fallback: string, meaning: string];
    readonly errors: readonly [code: string, happened: string, todo: string];
    readonly findings: readonly [code: string, meaning: string, fair: string, bad: string];
  };
  readonly kinds: Readonly<Record<Kind, string>>;
  /** What a tool does, with what is told only where it matters. */
  readonly tool: (entry: Entry) => string;
  /** Of a chapter that the default leaves out. */
  readonly onlyWhenAskedFor: string;
  readonly toolsPage: ToolsPage;
  /** A fallback where it is a phrase; what stands in the code is the same in every language. */
  readonly settings: Readonly<Record<keyof typeof settings, { help: string; fallback?: string }>>;
  readonly errors: Readonly<Record<(typeof errorCodes)[number], { happened: string; todo: string }>>;
  /** What a diagnosis may find. `limit`: how a threshold is said. */
  readonly findings: {
    readonly meanings: (numbers: { readonly staleAfterSeconds: number }) => Readonly<Record<Code, string>>;
    readonly limit: (value: number, unit: string, isLowBad: boolean) => string;
  };
}

/** A README with its tables as the code has them now. Each stands between `<!-- name:begin -->` and `<!-- name:end -->`. */
export function upToDate(
  readme: string,
  texts: Texts,
  code: { readonly settings: typeof settings; readonly tools: typeof catalog },
): string {
  const tables = {
    tools: toolTables(code.tools, texts),
    settings: settingTable(code.settings, texts),
    errors: errorTable(texts),
    findings: findingTable(texts),
  };
  return Object.entries(tables).reduce((text, [name, table]) => {
    const [before, rest] = split(text, `<!-- ${name}:begin -->\n`);
    const [, after] = split(rest, `<!-- ${name}:end -->`);
    return `${before}<!-- ${name}:begin -->\n${table}\n<!-- ${name}:end -->${after}`;
  }, readme);
}

function split(text: string, mark: string): [before: string, after: string] {
  const at = text.indexOf(mark);
  if (at === -1) throw new Error(`The README has no ${mark.trim()}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

function toolTables(tools: readonly Entry[], texts: Texts): string {
  const { heads, kinds, tool } = texts;
  return chapterTables(tools, texts, heads.tools, (entry) => [
    code(entry.listed.name),
    kinds[entry.kind],
    entry.since ?? "-",
    entry.removed ?? "-",
    tool(entry),
  ]);
}

function settingTable(all: typeof settings, { heads, settings: texts }: Texts): string {
  const names = Object.keys(all).filter((name): name is keyof typeof settings => name in all);
  const rows = names.map((name) => {
    const setting = all[name];
    const flag = "flag" in setting && setting.flag !== undefined ? code(`--${setting.flag}`) : "-";
    return [code(setting.variable), flag, texts[name].fallback ?? setting.fallback, texts[name].help];
  });
  return table(heads.settings, rows);
}

function errorTable({ heads, errors }: Texts): string {
  return table(
    heads.errors,
    errorCodes.map((name) => [code(name), errors[name].happened, errors[name].todo]),
  );
}

function findingTable({ heads, findings }: Texts): string {
  const meanings = findings.meanings({ staleAfterSeconds });
  const rows = codes.map((name) => {
    if (!isJudged(name)) return [code(name), meanings[name], "-", "-"];
    const { fair, bad, unit, ...threshold } = thresholds[name];
    const isLowBad = "isLowBad" in threshold;
    return [
      code(name),
      meanings[name],
      findings.limit(fair, unit, isLowBad),
      findings.limit(bad, unit, isLowBad),
    ];
  });
  return table(heads.findings, rows);
}

function isJudged(name: Code): name is JudgedCode {
  return name in thresholds;
}
