import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";
import { Refusal } from "../errors.ts";
import { SoraFailure } from "../sora/errors.ts";

/** How many times SORA_TIMEOUT_MS a person has to answer a question. */
const patience = 12;

/** The person behind the client, asked through MCP elicitation. */
export interface Person {
  readonly canBeAsked: boolean;
  /** Resolves to "cancel" when the question is closed or nobody answers in time. */
  ask(question: string): Promise<"accept" | "decline" | "cancel">;
}

/** Asks through MCP elicitation (https://modelcontextprotocol.io/specification/2025-06-18/client/elicitation). */
export function personBehind(
  server: Server,
  { signal, requestId }: { signal: AbortSignal; requestId: string | number },
  timeoutMs: number,
): Person {
  return {
    canBeAsked: server.getClientCapabilities()?.elicitation?.form !== undefined,
    async ask(message) {
      try {
        const { action } = await server.elicitInput(
          { message, requestedSchema: { type: "object", properties: {} } },
          { signal, timeout: timeoutMs * patience, relatedRequestId: requestId },
        );
        return action;
      } catch (error) {
        if (signal.aborted) throw new SoraFailure("cancelled_by_client", "The client cancelled the call.");
        if (error instanceof McpError && error.code === ErrorCode.RequestTimeout) return "cancel";
        throw new Refusal("confirmation_unavailable", "The client did not put the question to a person.");
      }
    },
  };
}
