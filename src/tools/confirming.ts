import { z } from "zod";
import type { CallConfirmation } from "../confirmations.ts";
import { isObject } from "../json.ts";
import type { Input } from "./arguments.ts";

/** How a caller confirms a destructive call. */
export interface Confirming {
  readonly confirm?: boolean | undefined;
  readonly ticket?: string | undefined;
}

/** What a tool takes that is confirmed by nobody, or by a person who is asked. */
export const nothing: Input<Confirming> = z.object({}).strict();

const ticketed: Input<Confirming> = z
  .object({ ticket: z.string().describe("From preview; else preview").optional() })
  .strict();

/** What every destructive tool takes beside its own arguments. */
export const confirming: Readonly<Record<CallConfirmation, Input<Confirming>>> = {
  flag: z.object({ confirm: z.boolean().describe("Do it; else preview").optional() }).strict(),
  preview: ticketed,
  ask: nothing,
  "ask,panel": nothing,
  panel: ticketed,
};

/** Who is used to `confirm` may say it also where a person is asked: it means nothing there. */
export function withoutConfirm(written: unknown): unknown {
  if (!isObject(written)) return written;
  return Object.fromEntries(Object.entries(written).filter(([name]) => name !== "confirm"));
}
