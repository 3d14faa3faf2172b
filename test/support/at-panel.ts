import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { errorOf, inProcess, type Session } from "./session.ts";
import { json, startUpstream, type Upstream } from "./upstream.ts";

// For tests of the panel: a client that shows MCP Apps, and a Sora that it may look at and change.

/** What a client declares that shows MCP Apps. */
export const app = { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html;profile=mcp-app"] } };

type Caller = Pick<Session, "call">;
type Members = Readonly<Record<string, unknown>>;

export interface Click {
  readonly act: string;
  readonly tool?: string;
  readonly arguments?: unknown;
  readonly channel_id?: unknown;
}

export const atPanel = (env: Record<string, string>) => inProcess({ env, capabilities: { extensions: app } });

/** A call that the page makes. */
export function click(session: Caller, { channel_id = "sora", ...rest }: Click): Promise<CallToolResult> {
  return session.call("sora_panel", { channel_id, ...rest });
}

/** A preview of the panel, and then the confirmation with its ticket. `between` comes in the middle. */
export async function clicked(
  session: Caller,
  tool: string,
  args: Members = {},
  between: () => unknown = () => {},
): Promise<CallToolResult> {
  const shown = await click(session, { act: "preview", tool, arguments: args });
  await between();
  return click(session, { act: "confirm", tool, arguments: { ...args, ticket: ticketIn(shown) } });
}

/** The ticket where it may stand, and undefined where there is none. */
export function ticketIn({ _meta }: CallToolResult): unknown {
  return _meta?.ticket;
}

/** What came of a call, in few words: an error's code, or its status and what confirmed it. */
export function outcomeOf(result: CallToolResult): string {
  if (result.isError) return errorOf(result).code;
  const { status, confirmed_by } = result.structuredContent ?? {};
  return [status, confirmed_by].filter((one) => one !== undefined).join(", ");
}

export interface Present {
  readonly connection_id: string;
  readonly client_id?: string;
  readonly role?: string;
}

export const person = (connection_id: string, client_id = connection_id.toLowerCase()): Present => ({
  connection_id,
  client_id,
  role: "sendrecv",
});

/** A Sora whose channel has these people by now; all that is no list of them is answered with {}. */
export function soraOf(people: () => readonly Present[]): Promise<Upstream> {
  return startUpstream(({ target }, response) =>
    response.end(JSON.stringify(target.endsWith(".ListChannelConnections") ? people() : {})),
  );
}

/** What was asked for, in short and in order. */
export function operationsOf({ requests }: Upstream): string[] {
  return requests.map(({ target }) => target.replace(/^.*\./, ""));
}

/** The same of what changes something, each with what was sent. */
export function writesOf({ requests }: Upstream): [operation: string, body: unknown][] {
  return requests
    .filter(({ target }) => !/\.(List|Get)/.test(target))
    .map(({ target, text }) => [target.replace(/^.*\./, ""), JSON.parse(text)]);
}

/** A Sora that answers to each operation with its own. */
export function answering(answers: Readonly<Record<string, unknown>>) {
  return startUpstream((request, ...rest) => {
    const operation = request.target.replace(/^.*\./, "");
    json(Object.hasOwn(answers, operation) ? answers[operation] : [])(request, ...rest);
  });
}
