import { z } from "zod";

export interface Stage {
  ask(
    title: string,
    tool: string,
    args: Record<string, unknown>,
  ): Promise<{ isError: boolean; answer: unknown }>;
  say(...lines: string[]): void;
}

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
export async function moderate({ ask, say }: Stage): Promise<void> {
  async function list(title: string): Promise<z.infer<typeof connectionList>> {
    const shown = connectionList.parse(
      (await ask(title, "sora_list_channel_connections", { channel_id })).answer,
    );
    const roles = Object.entries(shown.by_role).map(([role, count]) => `${count} ${role}`);
    say(`${shown.total} connections: ${roles.join(", ")}`);
    for (const { client_id, role, connection_id } of shown.connections) {
      say(`${name(client_id)} ${role.padEnd(8)}  ${connection_id}`);
    }
    return shown;
  }

  const before = await list(`Who is in channel "${channel_id}"?`);

  const reports = await ask(
    "Who is loud? Clients report their microphone level",
    "sora_list_channel_user_agent_stats",
    { channel_id, types: ["media-source"] },
  );
  const levels = clientStatistics.parse(reports.answer).connections.flatMap(({ connection_id, stats }) => {
    const level = Math.max(...stats.flatMap(({ audioLevel }) => audioLevel ?? []));
    const participant = before.connections.find((entry) => entry.connection_id === connection_id);
    return level >= 0 && participant ? [{ ...participant, level }] : [];
  });
  const [loudest, second] = levels.toSorted((a, b) => b.level - a.level);
  const isAlone = loudest && second && loudest.level > 2 * second.level;
  assert(isAlone, "one participant is far louder than the others");
  for (const { client_id, level } of levels) {
    say(`${name(client_id)} ${"#".repeat(Math.round(level * 30))} ${level.toFixed(2)}`);
  }
  const { connection_id, client_id } = loudest;
  say(`${client_id} is.`);

  const data = { type: "warning", text: "Please mute your microphone." };
  const warn = { channel_id, connection_id, data };
  const warned = await ask("Warn them with a push message", "sora_push_connection", warn);
  say(`${done.parse(warned.answer).status}: ${client_id}'s client shows it.`);

  const disconnect = { channel_id, connection_id };
  const previewed = await ask(
    "They go on. Disconnect them? Without confirm this only shows what would happen",
    "sora_disconnect_connection",
    disconnect,
  );
  const { status, would_affect, next } = preview.parse(previewed.answer);
  const [hit] = would_affect.connections;
  assert(hit.connection_id === connection_id, "the preview names the connection that was asked for");
  say(`${status}: would hit ${hit.client_id} (${hit.role})`, next);

  const meanwhile = await list("Is everybody still here? Yes: nobody was cut off");
  assert(meanwhile.total === before.total, "nobody was cut off by the preview");

  const confirmed = { ...disconnect, reason: { by: "moderator", why: "noise" }, confirm: true };
  const disconnected = done.parse(
    (await ask("Now for real", "sora_disconnect_connection", confirmed)).answer,
  );
  say(`${disconnected.status}, confirmed by the ${disconnected.confirmed_by}`);

  const after = await list("Who is left?");
  assert(after.total === before.total - 1, "one connection is gone");
  const isGone = !after.connections.some((entry) => entry.connection_id === connection_id);
  assert(isGone, `${client_id} is gone`);

  const { answer, isError } = await ask(
    "A mistake: channel_id misspelt. Nothing is sent, and the error says what to do",
    "sora_push_channel",
    { chanel_id: channel_id, data: { text: "Thank you." } },
  );
  const { code, message, hint } = refusal.parse(answer).error;
  assert(isError && code === "invalid_arguments", "a misspelt argument is refused");
  say(`${code}: ${message}`, hint);
}

function name(clientId: string): string {
  return clientId.padEnd(8);
}

function assert(condition: unknown, expectation: string): asserts condition {
  if (!condition) throw new Error(`it should be that ${expectation}`);
}
