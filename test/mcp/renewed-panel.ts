import { panelTool } from "../../src/panel/tool.ts";
import type { Sora } from "../../src/tools/tool.ts";

/** What a renewal of the panel tells. */
export interface Renewed {
  readonly total: number;
  readonly people: readonly {
    readonly connection_id: string;
    readonly verdict: string;
    readonly marks?: readonly string[];
    readonly finding?: { readonly code: string; readonly severity: string };
  }[];
  readonly rest?: number;
  readonly report_age_s?: { readonly newest: number; readonly oldest: number };
  readonly not_measured: readonly string[];
}

const panel = panelTool({ kindOf: () => undefined, sora: "made up", can: ["sora_mute"] });

/** One renewal, without anything in between. */
export async function renewed(sora: Sora, channel_id = "sora"): Promise<Renewed> {
  const call = panel.prepare({ channel_id, act: "refresh" }, "panel", (text) => text);
  return JSON.parse(JSON.stringify(await call.run(sora)));
}

export const idsIn = ({ people }: Renewed) => people.map(({ connection_id }) => connection_id).join(" ");
export const ids = (count: number) => Array.from({ length: count }, (_unused, at) => `P${at}`);
