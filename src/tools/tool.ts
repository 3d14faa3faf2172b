import type { z } from "zod";

/** The chapters of the Sora API, in the order in which tools are listed. */
export const toolsets = ["signaling", "push", "spotlight", "simulcast", "metadata", "stats", "rtp"] as const;
export type Toolset = (typeof toolsets)[number];

/** What a call may do. This one word decides both the annotations (hints) and the gate (enforcement). */
export type Kind = "read" | "write" | "destructive";

export const roles = ["sendrecv", "sendonly", "recvonly"] as const;
export type Role = (typeof roles)[number];

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

/** What is said of every API. */
interface Entry {
  /** The operation's name in Sora, such as `DisconnectConnection`. */
  readonly operation: string;
  /** The date in the target, `YYYYMMDD`: the day this form of the API was introduced. */
  readonly version: string;
  readonly title: string;
  readonly description: string;
  /** Keys and types are the API's own, and are sent as they are; see {@link ownArguments} for the exceptions. */
  readonly input: z.ZodObject<z.ZodRawShape, "strict", z.ZodTypeAny, ToolArguments>;
}

interface ReadEntry extends Entry {
  readonly kind: "read";
  /** Sora's answer as `structuredContent`. Throws `ToolError` (`bad_response`) on an unusable answer. */
  readonly shape: (response: unknown, args: ToolArguments) => Record<string, unknown>;
  /** JSON Schema of that, given only where the shape is ours. */
  readonly output?: OutputSchema | undefined;
}

interface WriteEntry extends Entry {
  readonly kind: "write";
  /** Takes effect anew each time it is sent. */
  readonly repeats?: true;
  /** Replaces what was there. */
  readonly overwrites?: true;
}

interface DestructiveEntry extends Entry {
  readonly kind: "destructive";
  /** How to find out what the call would hit, with a read. */
  readonly preview: Preview;
}

/** One Sora API, as written in the tables of this folder. Everything else is derived from it. */
export type ToolEntry = ReadEntry | WriteEntry | DestructiveEntry;

/** A read that tells what a destructive call would hit. */
export interface Preview {
  readonly target: string;
  readonly body: (args: ToolArguments) => Record<string, unknown>;
  /** What the call would hit, out of Sora's answer: its ids are still as Sora wrote them, as arguments are. */
  readonly hit: (response: unknown, args: ToolArguments) => unknown;
  /** The same once it is safe to show. */
  readonly affected: (hit: unknown, args: ToolArguments) => Affected;
  /** More could be hit by the time a person has answered. */
  readonly mayGrow: boolean;
}

export interface Affected {
  /** Every connection that would be hit. */
  readonly connections: readonly AffectedConnection[];
  /** What they would lose, unless it is the connection itself. */
  readonly metadata?: unknown;
  /** Confirmed, the call would change nothing. */
  readonly isNothing: boolean;
  /** The same for the model: `would_affect` of the answer. */
  readonly summary: Readonly<Record<string, unknown>>;
}

export interface AffectedConnection {
  readonly connection_id: unknown;
  readonly client_id: unknown;
  readonly role: unknown;
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

export type Tool = ToolEntry & Derived;

interface Derived {
  /** `sora_` and the operation in snake_case. */
  readonly name: string;
  /** The value of the `x-sora-target` header. */
  readonly target: string;
  readonly toolset: Toolset;
  readonly annotations: Annotations;
  /** JSON Schema of `structuredContent`, where the shape is ours. */
  readonly output?: OutputSchema | undefined;
}

/** `structuredContent` of a destructive tool: status `done`, or `confirmation_required` and what it would hit. */
const destructiveOutput = {
  type: "object",
  properties: { status: { type: "string" } },
  required: ["status"],
} as const satisfies OutputSchema;

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
    output: outputOf(entry),
  }));
}

function outputOf(entry: ToolEntry): OutputSchema | undefined {
  switch (entry.kind) {
    case "read":
      return entry.output;
    case "write":
      return undefined;
    case "destructive":
      return destructiveOutput;
  }
}

function annotationsOf(entry: ToolEntry): Annotations {
  switch (entry.kind) {
    case "read":
      return { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true };
    case "write":
      return {
        readOnlyHint: false,
        destructiveHint: entry.overwrites ?? false,
        idempotentHint: !entry.repeats,
        openWorldHint: true,
      };
    case "destructive":
      return { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true };
  }
}
