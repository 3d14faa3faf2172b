import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import {
  type ClientCapabilities,
  ElicitRequestSchema,
  type ElicitResult,
} from "@modelcontextprotocol/sdk/types.js";

export type Action = ElicitResult["action"];

/** What a client answers to a question; `accept` alone is a form with a yes in it. */
export type Answer = Action | ElicitResult;

export interface PersonAtClient {
  /** Every question so far. */
  readonly questions: string[];
  readonly capabilities: ClientCapabilities;
  readonly prepare: (client: Client) => void;
}

/** Somebody who answers what the server asks through MCP elicitation: spread it into the options of a session. */
export function personWho(
  answers: (question: string, count: number) => Answer | Promise<Answer>,
  elicitation: NonNullable<ClientCapabilities["elicitation"]> = { form: {} },
): PersonAtClient {
  const questions: string[] = [];
  return {
    questions,
    capabilities: { elicitation },
    prepare(client) {
      client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
        questions.push(params.message);
        const answer = await answers(params.message, questions.length);
        if (answer === "accept") return { action: answer, content: { proceed: true } };
        return typeof answer === "string" ? { action: answer } : answer;
      });
    },
  };
}

/** For {@link personWho}: a question that is shown and never answered. */
export function saysNothing(): Promise<Action> {
  return new Promise(() => {});
}

/** What a question says of the call, line by line, without the last: that is of the time and the Sora. */
export function toldIn(question = ""): string[] {
  return question.split("\n").slice(0, -1);
}
