import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { ErrorCode, McpError, ResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { nothingDone, Refusal } from "../errors.ts";
import { isObject } from "../json.ts";
import { SoraFailure } from "../sora/errors.ts";
import type { Extra, Progress } from "./progress.ts";

/** How many times SORA_TIMEOUT_MS a question stays open. */
const patience = 12;

/**
 * Some clients accept an empty form without showing it to anybody, so there is something to fill in. Others choose the
 * first answer beforehand, which one Enter too many then gives, so no is chosen. They call the answers yes and no, true
 * and false, or have a box to tick.
 */
const form = {
  type: "object",
  properties: {
    proceed: {
      type: "boolean",
      title: "Proceed",
      description: "Yes, true or ticked: do it. Otherwise nothing is done.",
      default: false,
    },
  },
  required: ["proceed"],
} as const;

/** What came back: the form with yes or no, without either, or nothing in time. Whose answer it is cannot be told. */
export type Answer = "yes" | "no" | "empty" | "none";

/** The person behind the client, asked through MCP elicitation. */
export interface Person {
  readonly canBeAsked: boolean;
  /** For how many milliseconds questions were open so far; undefined when none was. */
  readonly askedMs: number | undefined;
  /** Throws `confirmation_unavailable` when the client does not do what it said that it can. */
  ask(question: (answerBy: Date) => string): Promise<Answer>;
}

/** Asks through MCP elicitation (https://modelcontextprotocol.io/specification/2025-06-18/client/elicitation). */
export function personBehind(
  server: Server,
  { signal, requestId }: Extra,
  progress: Progress,
  timeoutMs: number,
): Person {
  const timeout = timeoutMs * patience;
  let askedMs: number | undefined;
  return {
    canBeAsked: server.getClientCapabilities()?.elicitation?.form !== undefined,
    get askedMs() {
      return askedMs;
    },
    async ask(question) {
      const askedAt = performance.now();
      const leave = progress.enter("The question is open.", timeout);
      try {
        const message = question(new Date(Date.now() + timeout));
        // Not elicitInput: what a form came back with is judged here, by one rule for all that is no yes.
        const result = await server.request(
          { method: "elicitation/create", params: { mode: "form", message, requestedSchema: form } },
          ResultSchema,
          { signal, timeout, relatedRequestId: requestId },
        );
        return answerIn(result);
      } catch (error) {
        if (signal.aborted) throw new SoraFailure("cancelled_by_client", "The client cancelled the call.");
        if (error instanceof McpError && error.code === ErrorCode.RequestTimeout) return "none";
        throw new Refusal("confirmation_unavailable", `The client gave no usable answer. ${nothingDone}`, {
          hint: "Leave it at that.",
        });
      } finally {
        leave();
        askedMs = (askedMs ?? 0) + Math.round(performance.now() - askedAt);
      }
    },
  };
}

/** Throws when it is no answer to a question. */
function answerIn({ action, content }: Readonly<Record<string, unknown>>): Answer {
  const proceed = isObject(content) ? content.proceed : undefined;
  switch (action) {
    case "accept":
      return proceed === true ? "yes" : proceed === false ? "no" : "empty";
    case "decline":
      return "no";
    case "cancel":
      return "none";
    default:
      throw new Error("no answer to a question");
  }
}
