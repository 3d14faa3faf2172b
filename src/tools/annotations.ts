import type { Callable } from "./tool.ts";

interface Annotations {
  readonly title: string;
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  /** True where texts of strangers may come back. */
  readonly openWorldHint: boolean;
}

type Effect = Pick<Callable, "title" | "kind" | "repeats" | "overwrites">;

/** What clients are told of a tool's effect (https://modelcontextprotocol.io/specification/2025-06-18/schema#toolannotations). */
export function annotationsOf({ title, kind, repeats = false, overwrites = false }: Effect): Annotations {
  return {
    title,
    readOnlyHint: kind === "read",
    destructiveHint: kind === "destructive" || overwrites,
    idempotentHint: kind === "read" || (kind === "write" && !repeats),
    openWorldHint: kind !== "write",
  };
}
