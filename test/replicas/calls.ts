import { isObject } from "../../src/json.ts";
import { token } from "./fleet.ts";

export const headers = {
  authorization: `Bearer ${token}`,
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
};

/** A request of MCP. */
export function message(method: string, params: Record<string, unknown> = {}): string {
  return JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
}

export function toolCall(name: string, args: Record<string, unknown>, more = {}): string {
  return message("tools/call", { name, arguments: args, ...more });
}

/**
 * What came of a message: `answered`, or `done` of a write; else why not, in a word: an error code, an HTTP status, or that
 * the connection broke.
 */
export async function outcomeOf(url: URL, body: string): Promise<string> {
  try {
    const response = await fetch(url, { method: "POST", headers, body });
    const text = await response.text();
    return response.status === 200 ? outcomeIn(JSON.parse(text)) : `HTTP ${response.status}`;
  } catch (error) {
    return `broken: ${error instanceof Error ? (error.cause ?? error.message) : error}`;
  }
}

function outcomeIn(answer: unknown): string {
  const result = isObject(answer) ? answer.result : undefined;
  if (!isObject(result)) return `no result: ${JSON.stringify(answer)}`;
  if (result.isError === true) return `failed: ${JSON.stringify(result.content)}`;
  const { structuredContent } = result;
  return isObject(structuredContent) && structuredContent.status === "done" ? "done" : "answered";
}

/** Does work for each number below `count`, so many at once. */
export async function eachOf(
  count: number,
  atOnce: number,
  work: (number: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
