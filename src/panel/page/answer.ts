import { type Members, membersOf, request } from "./host.ts";

/** Milliseconds. Longer than the server needs to say that Sora does not answer. */
const patience = 30_000;

/** What the server answered: what it tells, or why it did not do what it was asked; and the ticket that came with either. */
export interface Answer {
  readonly told: Members;
  readonly error: Members | undefined;
  readonly ticket: string | undefined;
}

/** Calls the tool behind the panel. Rejects when no answer comes. */
export async function ask(
  channel_id: string,
  act: string,
  rest: Members = {},
  withinMs = patience,
): Promise<Answer> {
  const params = { name: "sora_panel", arguments: { channel_id, act, ...rest } };
  return answerIn(await request("tools/call", params, withinMs));
}

/** Takes the result of a tool apart. */
export function answerIn({ isError, content, structuredContent, _meta }: Members): Answer {
  const { ticket } = membersOf(_meta);
  return {
    told: membersOf(structuredContent),
    error: isError === true ? errorIn(content) : undefined,
    ticket: typeof ticket === "string" ? ticket : undefined,
  };
}

function errorIn(content: unknown): Members {
  const [block] = listOf(content);
  const { text } = membersOf(block);
  try {
    return membersOf(membersOf(JSON.parse(String(text))).error);
  } catch {
    return { message: String(text) };
  }
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text or number as text; anything else as none. */
export function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

export function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

/** What the server says of an error: its own sentences, and the code, which its documents explain in two languages. */
export function errorText({ code, message, hint }: Members): string {
  return [message, hint, code && `(${textOf(code)})`].map(textOf).filter(Boolean).join(" ");
}
