import type { z } from "zod";

/** The chapters of the Sora API, in the order in which tools are listed. */
export const toolsets = ["signaling", "push", "spotlight", "simulcast", "metadata", "stats", "rtp"] as const;
export type Toolset = (typeof toolsets)[number];

/** What a call may do. This one word decides both the annotations (hints) and the gate (enforcement). */
export type Kind = "read" | "write" | "destructive";

export type Role = "sendrecv" | "sendonly" | "recvonly";

/** Validated arguments: every tool has `channel_id`; which of the others it has is told by its `input`. */
export interface ToolArguments {
  channel_id: string;
  client_id?: string | undefined;
  connection_id?: string | undefined;
  role?: Role | undefined;
  key?: string | undefined;
  confirm?: boolean | undefined;
  limit?: number | undefined;
  offset?: number | undefined;
  types?: string[] | undefined;
}

/** One Sora API, as written in the tables of this folder. Everything else is derived from it. */
export interface ToolEntry {
  /** The operation's name in Sora, such as `DisconnectConnection`. */
  readonly operation: string;
  /** The date in the target, `YYYYMMDD`: the day this form of the API was introduced. */
  readonly version: string;
  readonly kind: Kind;
  readonly title: string;
  readonly description: string;
  /** Keys and types are the API's own, and are sent as they are; see {@link ownArguments} for the exceptions. */
  readonly input: z.ZodObject<z.ZodRawShape, "strict", z.ZodTypeAny, ToolArguments>;
  /** A write that takes effect anew each time it is sent. */
  readonly repeats?: true;
  /** A write that replaces what was there. */
  readonly overwrites?: true;
  /** Reads only: Sora's answer as `structuredContent`. Throws `ToolError` (`bad_response`) on an unusable answer. */
  readonly shape?: (response: unknown, args: ToolArguments) => Record<string, unknown>;
  /** JSON Schema of `structuredContent`, given only where the shape is ours. */
  readonly output?: OutputSchema;
}

/** A JSON Schema that never forbids additional members: Sora's answers grow over the years. */
export interface OutputSchema {
  readonly type: "object";
  readonly properties: Readonly<Record<string, object>>;
  readonly required: readonly string[];
}

/** MCP tool annotations, all four always set. */
export interface Annotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: true;
}

export interface Tool extends ToolEntry {
  /** `sora_` and the operation in snake_case. */
  readonly name: string;
  /** The value of the `x-sora-target` header. */
  readonly target: string;
  readonly toolset: Toolset;
  readonly annotations: Annotations;
}

/** Arguments that steer this server and never reach Sora. */
export const ownArguments: ReadonlySet<string> = new Set(["confirm", "limit", "offset", "types"]);

/** Completes the entries of one chapter. */
export function deriveTools(toolset: Toolset, entries: readonly ToolEntry[]): Tool[] {
  return entries.map((entry) => ({
    ...entry,
    name: `sora${entry.operation.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)}`,
    target: `Sora_${entry.version}.${entry.operation}`,
    toolset,
    annotations: annotationsOf(entry),
  }));
}

function annotationsOf({ kind, repeats, overwrites }: ToolEntry): Annotations {
  switch (kind) {
    case "read":
      return { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true };
    case "write":
      return {
        readOnlyHint: false,
        destructiveHint: overwrites ?? false,
        idempotentHint: !repeats,
        openWorldHint: true,
      };
    case "destructive":
      return { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true };
  }
}
