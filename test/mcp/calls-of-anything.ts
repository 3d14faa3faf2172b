import { type CallToolResult, CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { expect } from "vitest";
import type { PersonAtClient } from "../support/person.ts";
import { errorOf, inProcess } from "../support/session.ts";
import { json, startUpstream } from "../support/upstream.ts";

/** Calls of a server whose arguments may be anything, and what of them reaches Sora. */
export async function startCalls(env: Record<string, string> = {}, person?: PersonAtClient) {
  const upstream = await startUpstream(json([]));
  const session = await inProcess({ env: { SORA_API_URL: upstream.url, ...env }, ...person });

  function call(tool: string, args: unknown): Promise<CallToolResult> {
    const params = { name: tool, arguments: args };
    return session.client.request({ method: "tools/call", params }, CallToolResultSchema);
  }

  /** The bodies that have come since this was asked last. */
  function sent(): string[] {
    return upstream.requests.splice(0).map(({ text }) => text);
  }

  /** The call is taken, and this is all that it sends. */
  async function expectSent(tool: string, args: unknown, body: string): Promise<void> {
    const result = await call(tool, args);
    expect(result.isError, JSON.stringify(result.content)).toBeUndefined();
    expect(sent()).toEqual([body]);
  }

  async function expectRefused(tool: string, args: unknown, message: string): Promise<void> {
    const error = errorOf(await call(tool, args));
    expect(error).toMatchObject({ code: "invalid_arguments", message: `${message}. Nothing was sent.` });
    expect(sent()).toEqual([]);
  }

  return { upstream, session, call, sent, expectSent, expectRefused };
}

export type Calls = Awaited<ReturnType<typeof startCalls>>;
