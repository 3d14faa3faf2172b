import { releaseCheck, toolsFor } from "../src/doctor/release.ts";
import { refusalCodes } from "../src/errors.ts";
import type { catalog } from "../src/mcp/catalog.ts";
import { isOffered, whenOffered } from "../src/mcp/edition.ts";
import {
  type Code,
  codes,
  type JudgedCode,
  staleAfterSeconds,
  thresholds,
} from "../src/moderation/diagnosis/thresholds.ts";
import { jobFailureCodes } from "../src/moderation/errors.ts";
import { fallbackOf } from "../src/settings/meanings.ts";
import type { settings } from "../src/settings/settings.ts";
import { soraFailureCodes } from "../src/sora/errors.ts";
import type { Toolset } from "../src/tools/chapters.ts";
import type { Kind, Scope } from "../src/tools/tool.ts";
import { clientSnippets } from "./snippets.ts";
import { chapterTables, code, table } from "./tables.ts";
import { untouched } from "./untouched.ts";

type Entry = (typeof catalog)[number];

const errorCodes = [...refusalCodes, ...jobFailureCodes, ...soraFailureCodes];

/** What the generated parts of the pages say in one language. A new setting, tool or error code is missed here by its type. */
export interface Texts {
  readonly heads: {
    readonly tools: readonly [tool: string, description: string, kind: string, since: string, until: string];
    readonly settings: readonly [variable: string, flag: string, fallback: string, meaning: string];
    readonly errors: readonly [code: string, happened: string, todo: string];
    readonly findings: readonly [code: string, meaning: string, fair: string, bad: string];
  };
  readonly kinds: Readonly<Record<Kind, string>>;
  /** What a tool is about, as it stands behind its kind. */
  readonly scopes: Readonly<Record<Scope, string>>;
  /** What a tool does, with what is told only where it matters. */
  readonly tool: (entry: Entry) => string;
  /** How a chapter of tools is headed. */
  readonly chapters: Readonly<Record<Toolset, string>>;
  /** Of a chapter that the default leaves out. */
  readonly onlyWhenAskedFor: string;
  /** A fallback where it is a phrase; what stands in the code is the same in every language. */
  readonly settings: Readonly<Record<keyof typeof settings, { help: string; fallback?: string }>>;
  readonly errors: Readonly<Record<(typeof errorCodes)[number], { happened: string; todo: string }>>;
  /** What a diagnosis may find. `limit`: how a threshold is said. */
  readonly findings: {
    readonly meanings: (numbers: { readonly staleAfterSeconds: number }) => Readonly<Record<Code, string>>;
    readonly limit: (value: number, unit: string, isLowBad: boolean) => string;
  };
}

/** What can be generated, by the name in the marks around it: `<!-- name:begin -->` and `<!-- name:end -->`. */
export function generatedParts(
  texts: Texts,
  code: { readonly settings: typeof settings; readonly tools: typeof catalog },
): Readonly<Record<string, string>> {
  return {
    tools: toolTables(code.tools, texts),
    settings: settingTable(code.settings, texts),
    errors: errorTable(texts),
    findings: findingTable(texts),
    advice: doctorsAdvice(),
    unknown: unknownTool(code.tools),
    ...clientSnippets(),
  };
}

/** A page with its generated parts as the code has them now. Other marks stay as they are. */
export function upToDate(page: string, parts: Readonly<Record<string, string>>): string {
  return page.replaceAll(/^<!-- ([\w-]+):begin -->\n.*?^<!-- \1:end -->$/gms, (asItStands, name: string) => {
    const part = parts[name];
    return part === undefined ? asItStands : `<!-- ${name}:begin -->\n${part}\n<!-- ${name}:end -->`;
  });
}

function toolTables(tools: readonly Entry[], texts: Texts): string {
  const { heads, kinds, scopes, tool } = texts;
  const [name, description, kind, since, until] = heads.tools;
  return chapterTables(tools, texts, [name, description, kind, "labo", "cloud", since, until], (entry) => [
    code(entry.listed.name),
    tool(entry),
    `${kinds[entry.kind]}${scopes[entry.scope ?? "channel"]}`,
    isOffered(entry, "labo") ? "✓" : "-",
    isOffered(entry, "cloud") ? "✓" : "-",
    entry.since ?? "-",
    entry.removed ?? "-",
  ]);
}

function settingTable(all: typeof settings, { heads, settings: texts }: Texts): string {
  const names = Object.keys(all).filter((name): name is keyof typeof settings => name in all);
  const rows = names.map((name) => {
    const setting = all[name];
    const flag = "flag" in setting && setting.flag !== undefined ? code(`--${setting.flag}`) : "-";
    return [code(setting.variable), flag, texts[name].fallback ?? fallbackOf(name), texts[name].help];
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

/** What the doctor says of a Sora 2025.2 while nothing is set but its address. */
function doctorsAdvice(): string {
  const { detail } = releaseCheck(toolsFor({ release: "2025.2", isNewer: false }, untouched), untouched);
  const asked = "$ node dist/cli.js doctor --api-url http://127.0.0.1:3000/";
  return block(`${asked}\n...\n  advice   release   ${detail}`);
}

/** What a call of a tool is told that another Sora has. */
function unknownTool(tools: readonly Entry[]): string {
  const elsewhere = tools.find(({ operation }) => operation === "GetSession");
  if (!elsewhere) throw new Error("The page needs another example of a tool that is not on Sora Labo.");
  const { listed } = elsewhere;
  return block(
    `Unknown tool: "${listed.name}". It ${whenOffered(elsewhere)}; SORA_RELEASE is ${untouched.release}.`,
  );
}

function block(text: string): string {
  return `\`\`\`\n${text}\n\`\`\``;
}
