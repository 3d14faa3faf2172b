import { z } from "zod";
import { isObject } from "../json.ts";
import { channel_id } from "../tools/fields.ts";
import { type Callable, type Content, callable } from "../tools/tool.ts";
import { type Around, renewal } from "./renewal.ts";

/** What the panel has buttons for. */
export const panelActs = [
  "sora_push_client",
  "sora_push_connection",
  "sora_push_channel",
  "sora_mute",
  "sora_unmute",
  "sora_disconnect_client",
  "sora_disconnect_connection",
  "sora_disconnect_channel",
] as const;

export const panelInput = z
  .object({
    channel_id,
    act: z.enum(["refresh", "preview", "confirm"]),
    tool: z.string().optional(),
    arguments: z.record(z.unknown()).describe("Of the tool, without channel_id").optional(),
  })
  .strict();

/** What the panel is told of the server that it belongs to. */
export interface Setting extends Around {
  /** The tools that exist here, by their kinds. */
  readonly kindOf: (tool: string) => "read" | "write" | "destructive" | undefined;
}

/**
 * The tool behind the panel, for the page alone. It shows the channel; a call that it asks for, of a tool that changes
 * something, is that tool's own call: see {@link askedCall}.
 */
export function panelTool({ kindOf, ...around }: Setting): Callable<"Panel"> {
  return callable({
    operation: "Panel",
    kind: "read",
    title: "Panel",
    description: "For the panel alone.",
    input: panelInput,
    problem: (args) => problemIn(args, kindOf),
    run: (sora, { channel_id }) => renewal(sora, channel_id, around),
  });
}

type Arguments = z.infer<typeof panelInput>;

function problemIn(
  { act, tool, arguments: given = {} }: Arguments,
  kindOf: Setting["kindOf"],
): string | undefined {
  if (act === "refresh") return undefined;
  const known = panelActs.find((one) => one === tool);
  const kind = known && kindOf(known);
  if (kind === undefined) return `tool: must be one that exists here, of ${panelActs.join(", ")}`;
  if (act === "preview" && kind !== "destructive") return `act: ${tool} has no preview, confirm does it`;
  if (act === "preview" && "ticket" in given) return "arguments.ticket: is for confirm";
  return "channel_id" in given ? "arguments.channel_id: stands beside arguments" : undefined;
}

/** A call of another tool. */
export interface AskedCall {
  readonly tool: string;
  readonly written: Content;
}

/** The call that arguments of the panel's tool ask for; undefined where they ask for none, or are wrong. */
export function askedCall(
  panel: Callable,
  written: unknown,
  kindOf: Setting["kindOf"],
): AskedCall | undefined {
  const { given } = panel.understand(written, "panel");
  const { data } = panelInput.safeParse(given);
  if (!data?.tool || data.act === "refresh" || problemIn(data, kindOf) !== undefined) return undefined;
  // As they were given: zod drops what it takes for no name.
  const own = isObject(given) && isObject(given.arguments) ? given.arguments : {};
  return { tool: data.tool, written: { channel_id: data.channel_id, ...own } };
}
