import { setImmediate as nextTurn } from "node:timers/promises";
import { isObject } from "../json.ts";
import { TooLong } from "../text.ts";
import type { Content } from "../tools/tool.ts";
import { visibleJson } from "../visible-json.ts";

/** Bytes of a message. At 10 MiB clients that are built on the MCP SDK close the connection. */
export const largest = 10_000_000;

export interface Showing {
  readonly redact: (text: string) => string;
  readonly isOver: () => boolean;
}

/** An answer as a message holds it: as an object and as text. `bytes` are those of both together. */
export interface Shown {
  readonly shown: Record<string, unknown>;
  readonly text: string;
  readonly bytes: number;
}

/** A value as an answer, made safe to show. Throws `TooLong` when it takes more bytes than a message may have. */
export async function shownTwice(value: Content, { redact, isOver }: Showing): Promise<Shown> {
  const shown = await visibleJson(value, redact, largest / 2, isOver);
  const text = JSON.stringify(shown);
  const bytes = Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(text));
  if (bytes > largest) throw new TooLong();
  // What is large takes its time in the SDK once more.
  if (text.length > 100_000) await nextTurn();
  return { shown: isObject(shown) ? shown : {}, text, bytes };
}
