import { z } from "zod";

/** Calls a tool and shows what came back; resolves to what the story needs of it. */
export type Ask = <Result>(
  title: string,
  tool: string,
  args: Record<string, unknown>,
  tell: (answer: unknown, isError: boolean) => { lines: string[]; result: Result },
) => Promise<Result>;

const connection = z.object({ connection_id: z.string(), client_id: z.string(), role: z.string() });
const connectionList = z.object({
  total: z.number(),
  by_role: z.record(z.number()),
  connections: z.array(connection),
});
const clientStatistics = z.object({
  connections: z.array(
    z.object({ connection_id: z.string(), stats: z.array(z.object({ audioLevel: z.number().optional() })) }),
  ),
});
const preview = z.object({
  status: z.literal("confirmation_required"),
  would_affect: z.object({ total: z.literal(1), connections: z.tuple([connection]) }),
  next: z.string(),
});
const done = z.object({ status: z.literal("done"), confirmed_by: z.literal("flag").optional() });
const refusal = z.object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string() }) });

const channel_id = "sora";

/** A moderator's round in channel "sora": somebody is loud, is warned, and has to go. Throws when a step fails. */
export async function moderate(ask: Ask): Promise<void> {
  const before = await ask(
    `Who is in channel "${channel_id}"?`,
    "sora_list_channel_connections",
    { channel_id },
    show,
  );
  const loud = await ask(
    "Who is loud? Clients report their microphone level",
    "sora_list_channel_user_agent_stats",
    { channel_id, types: ["media-source"] },
    (answer) => {
      const levels = clientStatistics.parse(answer).connections.flatMap(({ connection_id, stats }) => {
        const level = Math.max(...stats.flatMap(({ audioLevel }) => audioLevel ?? []));
        const participant = before.connections.find((entry) => entry.connection_id === connection_id);
        return level >= 0 && participant ? [{ ...participant, level }] : [];
      });
      const [loudest, second] = levels.toSorted((a, b) => b.level - a.level);
      assert(
        loudest && second && loudest.level > 2 * second.level,
        "one participant is far louder than the others",
      );
      const bars = levels.map(
        ({ client_id, level }) =>
          `${name(client_id)} ${"#".repeat(Math.round(level * 30))} ${level.toFixed(2)}`,
      );
      return { lines: [...bars, `${loudest.client_id} is.`], result: loudest };
    },
  );
  const { connection_id, client_id } = loud;

  await ask(
    "Warn them with a push message",
    "sora_push_connection",
    { channel_id, connection_id, data: { type: "warning", text: "Please mute your microphone." } },
    (answer) => ({
      lines: [`${done.parse(answer).status}: ${client_id}'s client shows it.`],
      result: undefined,
    }),
  );
  await ask(
    "They go on. Disconnect them? Without confirm this only shows what would happen",
    "sora_disconnect_connection",
    { channel_id, connection_id },
    (answer) => {
      const { status, would_affect, next } = preview.parse(answer);
      const [hit] = would_affect.connections;
      assert(hit.connection_id === connection_id, "the preview names the connection that was asked for");
      return { lines: [`${status}: would hit ${hit.client_id} (${hit.role})`, next], result: undefined };
    },
  );
  await ask(
    "Is everybody still here? Yes: nobody was cut off",
    "sora_list_channel_connections",
    { channel_id },
    (answer) => {
      const shown = show(answer);
      assert(shown.result.total === before.total, "nobody was cut off by the preview");
      return shown;
    },
  );
  await ask(
    "Now for real",
    "sora_disconnect_connection",
    { channel_id, connection_id, reason: { by: "moderator", why: "noise" }, confirm: true },
    (answer) => {
      const { status, confirmed_by } = done.parse(answer);
      return { lines: [`${status}, confirmed by the ${confirmed_by}`], result: undefined };
    },
  );
  await ask("Who is left?", "sora_list_channel_connections", { channel_id }, (answer) => {
    const shown = show(answer);
    assert(shown.result.total === before.total - 1, "one connection is gone");
    assert(
      !shown.result.connections.some((entry) => entry.connection_id === connection_id),
      `${client_id} is gone`,
    );
    return shown;
  });
  await ask(
    "A mistake: channel_id misspelt. Nothing is sent, and the error says what to do",
    "sora_push_channel",
    { chanel_id: channel_id, data: { text: "Thank you." } },
    (answer, isError) => {
      const { code, message, hint } = refusal.parse(answer).error;
      assert(isError && code === "invalid_arguments", "a misspelt argument is refused");
      return { lines: [`${code}: ${message}`, hint], result: undefined };
    },
  );
}

function show(answer: unknown): { lines: string[]; result: z.infer<typeof connectionList> } {
  const list = connectionList.parse(answer);
  const roles = Object.entries(list.by_role).map(([role, count]) => `${count} ${role}`);
  const lines = list.connections.map(
    (entry) => `${name(entry.client_id)} ${entry.role.padEnd(8)}  ${entry.connection_id}`,
  );
  return { lines: [`${list.total} connections: ${roles.join(", ")}`, ...lines], result: list };
}

function name(clientId: string): string {
  return clientId.padEnd(8);
}

function assert(condition: unknown, expectation: string): asserts condition {
  if (!condition) throw new Error(`it should be that ${expectation}`);
}
