import { moderationTools } from "../moderation/index.ts";
import { type Toolset, toolsets } from "../tools/chapters.ts";
import { apiTables } from "../tools/index.ts";
import type { Callable, Tool } from "../tools/tool.ts";

const tables = { moderation: moderationTools, ...apiTables } as const satisfies Readonly<
  Record<Toolset, readonly Callable[]>
>;

/** The operations of all tools: what is to be said of each of them is missed by its type. */
export type Operation = (typeof tables)[Toolset][number]["operation"];

/** All tools, in the order in which clients see them. */
export const allTools: readonly Tool<Operation>[] = toolsets.flatMap((toolset) =>
  tables[toolset].map((tool) => ({ ...tool, toolset })),
);
