import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { Confirmation } from "../../src/confirmations.ts";
import { personWho } from "../support/person.ts";
import { inProcess, type Session } from "../support/session.ts";
import { type Answer, startUpstream, type Upstream } from "../support/upstream.ts";
import { connectionsOf, look, sentTo } from "./asked-channel.ts";

// For tests of the limits: a channel on a Sora, and a client that confirms in the way of each mode.

/** A Sora whose channel has these people by now, and that answers all that is no look-up in this way. */
export function peopled(
  people: () => readonly string[],
  act: Answer = (_request, response) => response.end("{}"),
): Promise<Upstream> {
  return startUpstream((request, response, raw) => {
    if (request.target !== look) act(request, response, raw);
    else response.end(JSON.stringify(connectionsOf(...people())));
  });
}

/** A session with somebody at the client who says yes to all, unless told otherwise. */
export function limited(
  url: string,
  confirm: Confirmation,
  env: Record<string, string>,
  answers: Parameters<typeof personWho>[0] = () => "accept",
): Promise<Session> {
  return inProcess({ env: { SORA_API_URL: url, SORA_CONFIRM: confirm, ...env }, ...personWho(answers) });
}

/** Calls and confirms: by the flag, with the ticket of a preview, or through the person. `between` comes before a ticket. */
export async function confirmed(
  session: Session,
  confirm: Confirmation,
  tool: string,
  args: Readonly<Record<string, unknown>>,
  between: () => void = () => {},
): Promise<CallToolResult> {
  if (confirm === "flag") return session.call(tool, { ...args, confirm: true });
  const first = await session.call(tool, args);
  if (confirm.startsWith("ask")) return first;
  between();
  return session.call(tool, { ...args, ticket: first.structuredContent?.ticket });
}

/** What was sent that changes something. */
export function actsOf(upstream: Upstream): string[] {
  return sentTo(upstream).filter((target) => !/\.(List|Get)/.test(target));
}
