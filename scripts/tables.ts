import type { catalog } from "../src/mcp/catalog.ts";
import { defaultToolsets, type Toolset, toolsets } from "../src/tools/chapters.ts";

type Entry = (typeof catalog)[number];

/** How chapters are headed in one language. */
interface Heading {
  readonly chapters: Readonly<Record<Toolset, string>>;
  readonly onlyWhenAskedFor: string;
}

/** One table for each chapter of tools, a row a tool. */
export function chapterTables(
  tools: readonly Entry[],
  { chapters, onlyWhenAskedFor }: Heading,
  head: readonly string[],
  row: (entry: Entry) => readonly string[],
): string {
  return toolsets
    .map((toolset) => {
      const asked = defaultToolsets.includes(toolset) ? "" : `, ${onlyWhenAskedFor}`;
      const rows = tools.filter((entry) => entry.toolset === toolset).map(row);
      return `**${chapters[toolset]}** (${code(toolset)}${asked})\n\n${table(head, rows)}`;
    })
    .join("\n\n");
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

export function code(text: string): string {
  return `\`${text}\``;
}
