import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { type ClientCapabilities, ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";

export type Action = "accept" | "decline" | "cancel";

export interface PersonAtClient {
  /** Every question so far. */
  readonly questions: string[];
  readonly capabilities: ClientCapabilities;
  readonly prepare: (client: Client) => void;
}

/** Somebody who answers what the server asks through MCP elicitation: spread it into the options of a session. */
export function personWho(
  answers: (question: string, count: number) => Action | Promise<Action>,
  elicitation: NonNullable<ClientCapabilities["elicitation"]> = { form: {} },
): PersonAtClient {
  const questions: string[] = [];
  return {
    questions,
    capabilities: { elicitation },
    prepare(client) {
      client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
        questions.push(params.message);
        return { action: await answers(params.message, questions.length) };
      });
    },
  };
}

/** For {@link personWho}: a question that is shown and never answered. */
export function saysNothing(): Promise<Action> {
  return new Promise(() => {});
}
