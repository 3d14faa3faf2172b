import { releaseCheck, toolsFor } from "../src/doctor/release.ts";
import type { catalog } from "../src/mcp/catalog.ts";
import { isOffered, whenOffered } from "../src/mcp/edition.ts";
import { type Edition, newestRelease, oldestRelease } from "../src/releases.ts";
import type { Texts } from "./readme.ts";
import { chapterTables, code } from "./tables.ts";
import type { ToolsPageExample } from "./texts/tools-page.ts";
import { untouched } from "./untouched.ts";

const columns: readonly Edition[] = ["labo", "cloud", "2025.2", "2026.1"];

/** TOOLS.md: which tools there are on which Sora. */
export function toolsPage(tools: typeof catalog, texts: Texts): string {
  const { heads, scopes, before } = texts.toolsPage;
  const tables = chapterTables(tools, texts, [heads.tool, ...columns, heads.scope], (entry) => [
    code(entry.listed.name),
    ...columns.map((edition) => (isOffered(entry, edition) ? "✓" : "-")),
    entry.scope === undefined || entry.scope === "channel" ? "-" : scopes[entry.scope],
  ]);
  return `<!-- Written by npm run docs -->\n\n${before(example(tools))}\n\n${tables}\n`;
}

/** As the doctor and the server say it. */
function example(tools: typeof catalog): ToolsPageExample {
  const { detail } = releaseCheck(toolsFor({ release: "2025.2", isNewer: false }, untouched), untouched);
  const elsewhere = tools.find(({ operation }) => operation === "GetSession");
  if (!elsewhere) throw new Error("The page needs another example of a tool that is not on Sora Labo.");
  return {
    advice: detail,
    unknownTool: `Unknown tool: "${elsewhere.listed.name}". It ${whenOffered(elsewhere)}; SORA_RELEASE is ${untouched.release}.`,
    newestRelease,
    oldestRelease,
  };
}
