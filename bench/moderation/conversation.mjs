import { tokensOf } from "../tokens.mjs";

/** The calls of one job: how many there were, and what their arguments and answers cost in cl100k tokens. */
export class Conversation {
  #server;
  calls = 0;
  tokens = 0;

  constructor(server) {
    this.#server = server;
  }

  /** Resolves to `structuredContent`; throws what a tool says when it fails. */
  async call(tool, args) {
    const { structuredContent, isError, content } = await this.#server.call(tool, args);
    if (isError) throw new Error(`${tool}: ${content[0].text}`);
    this.calls += 1;
    this.tokens += tokensOf(args) + tokensOf(structuredContent);
    return structuredContent;
  }
}
