import { errorOf, type Session } from "../support/session.ts";

export const channel_id = "sora";

/** A release that has all jobs. */
export const today = { SORA_RELEASE: "2026.1", SORA_TOOLSETS: "all" };

export interface JobCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A call from a cursor that nobody gave does not wait, nor does one for somebody to leave who is not there. */
const cursor = "of another server";

/** Each job, in every way in which it goes another way to Sora; none of them waits for people. */
export const jobCalls: readonly JobCall[] = [
  { tool: "sora_overview", args: {} },
  { tool: "sora_overview", args: { channel_id } },
  { tool: "sora_overview", args: { client_id: "alice" } },
  { tool: "sora_wait", args: { channel_id, cursor, timeout_s: 20 } },
  { tool: "sora_wait", args: { channel_id, client_id: "nobody", until: "leave", timeout_s: 20 } },
  { tool: "sora_diagnose", args: { channel_id } },
  { tool: "sora_diagnose", args: { channel_id, connection_id: "A1", limit: 20 } },
  { tool: "sora_mute", args: { channel_id, client_id: "bob" } },
  { tool: "sora_mute", args: { channel_id, connection_id: "A1", kind: "both", reason: "noise" } },
  { tool: "sora_unmute", args: { channel_id, mute_id: "m1" } },
  { tool: "sora_list_actions", args: {} },
  { tool: "sora_list_actions", args: { channel_id } },
];

export function nameOf({ tool, args }: JobCall): string {
  return `${tool} ${JSON.stringify(args)}`;
}

/** Makes all calls at once; resolves to what each came to, an error code or "done". */
export async function outcomesOf(
  session: Session,
  calls: readonly JobCall[] = jobCalls,
): Promise<Record<string, string>> {
  const outcomes = calls.map(async (call): Promise<[string, string]> => {
    const result = await session.call(call.tool, call.args);
    return [nameOf(call), result.isError ? errorOf(result).code : "done"];
  });
  return Object.fromEntries(await Promise.all(outcomes));
}
