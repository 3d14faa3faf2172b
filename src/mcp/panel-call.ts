import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { askedCall, panelActs, panelTool } from "../panel/tool.ts";
import { type Config, soraOf } from "../settings/config.ts";
import type { Kind } from "../tools/tool.ts";
import type { CallTool, Occasion } from "./call.ts";

/**
 * Makes what carries out the calls of the panel's page. What the page asks to be done goes the way of any call of that
 * tool. `kinds`: of the tools that exist.
 */
export function panelCalls(
  kinds: ReadonlyMap<string, Kind>,
  config: Pick<Config, "confirm" | "sandbox" | "apiUrl">,
  callTool: CallTool,
): (written: unknown, occasion: Occasion) => Promise<CallToolResult> {
  const kindOf = (tool: string) => kinds.get(tool);
  const isConfirmed = (tool: string) => kindOf(tool) !== "destructive" || config.confirm !== "ask";
  const can = panelActs.filter((tool) => kinds.has(tool) && isConfirmed(tool));
  const panel = { ...panelTool({ kindOf, sora: soraOf(config), can }), toolset: "moderation" } as const;
  return (written, occasion) => {
    const asked = askedCall(panel, written, kindOf);
    return asked
      ? callTool(asked.tool, asked.written, { ...occasion, inPanel: true })
      : callTool(panel, written, occasion);
  };
}
