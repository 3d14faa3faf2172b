import { z } from "zod";

export interface Stage {
  ask(
    title: string,
    tool: string,
    args: Record<string, unknown>,
  ): Promise<{ isError: boolean; answer: unknown }>;
  say(...lines: string[]): void;
}

const person = z.object({ connection_id: z.string(), client_id: z.string(), role: z.string() });
const channels = z.object({
  total_connections: z.number(),
  channels: z.array(z.object({ channel_id: z.string(), total: z.number() })),
});
const finding = z.object({
  code: z.string(),
  severity: z.string(),
  value: z.number().optional(),
  limit: z.number().optional(),
  unit: z.string().optional(),
});
const diagnosis = z.object({
  connections: z.array(person.extend({ verdict: z.string(), findings: z.array(finding) })),
});
const call = z.object({ tool: z.string(), arguments: z.record(z.unknown()) });
const muted = z.object({
  status: z.literal("muted"),
  blocked_for: z.number(),
  of: z.number(),
  note: z.string(),
  undo: call,
});
const waited = z.object({
  reason: z.literal("changed"),
  waited_s: z.number(),
  total: z.number(),
  left: z.array(person),
});
const preview = z.object({
  status: z.literal("confirmation_required"),
  would_affect: z.object({ total: z.literal(1), connections: z.tuple([person]) }),
  next: z.string(),
});
const done = z.object({ status: z.literal("done"), confirmed_by: z.literal("flag").optional() });
const actions = z.object({
  actions: z.array(
    z.object({
      tool: z.string(),
      target: z.record(z.unknown()),
      reason: z.unknown(),
      outcome: z.string(),
      undo: call.optional(),
    }),
  ),
});
const unmuted = z.object({ status: z.literal("unmuted"), still_blocked_by: z.array(z.unknown()) });

type Finding = z.infer<typeof finding>;

const channel_id = "sandbox_0_stage";

/** A moderator's round: somebody is loud, is warned and muted; somebody is not there any more, and is removed. Throws when a step fails. */
export async function moderate({ ask, say }: Stage): Promise<void> {
  const overview = channels.parse((await ask("What is going on?", "sora_overview", {})).answer);
  say(`${overview.total_connections} people in ${overview.channels.length} channels`);
  for (const channel of overview.channels) say(`${channel.channel_id.padEnd(16)}  ${channel.total}`);

  const looked = await ask(
    "Who is loud, and who is badly connected? This takes about 5 seconds",
    "sora_diagnose",
    {
      channel_id,
      limit: 4,
    },
  );
  const { connections } = diagnosis.parse(looked.answer);
  for (const { client_id, verdict, findings } of connections) {
    say(
      `${client_id.padEnd(10)}${verdict.padEnd(6)}${findings.slice(0, 2).map(inWords).join(", ")}`.trimEnd(),
    );
  }
  const loud = connections.find(({ findings }) => findings.some(({ code }) => code === "loud_mic"));
  assert(loud, "somebody is loud");
  const { client_id } = loud;

  const data = { type: "warning", text: "Please mute your microphone." };
  const warned = await ask(`${client_id} is loud. A warning first`, "sora_push_client", {
    channel_id,
    client_id,
    data,
  });
  say(`${done.parse(warned.answer).status}: ${client_id}'s client shows it.`);

  const mute = { channel_id, client_id, reason: "loud, and goes on after a warning" };
  const { undo, ...cut } = muted.parse(
    (await ask("They go on. Mute them for everyone, and see that it took hold", "sora_mute", mute)).answer,
  );
  assert(cut.blocked_for === cut.of, `${client_id} is muted for all`);
  say(`${cut.status} for ${cut.blocked_for} of ${cut.of}`, cut.note);

  const wait = { channel_id, until: "leave", timeout_s: 40 };
  const gone = waited.parse((await ask("Wait until somebody leaves", "sora_wait", wait)).answer);
  const [left] = gone.left;
  assert(left, "somebody has left");
  say(`${left.client_id} left after ${gone.waited_s} s, ${gone.total} are still here`);

  const silent = connections.find(({ findings }) => findings.some(({ code }) => code === "not_responding"));
  assert(silent, "somebody does not respond");
  const again = await ask(`Is ${silent.client_id} still not responding?`, "sora_diagnose", {
    channel_id,
    client_id: silent.client_id,
  });
  const [zombie] = diagnosis.parse(again.answer).connections;
  assert(zombie?.verdict === "bad", `${silent.client_id} is still in a bad state`);
  for (const one of zombie.findings) say(inWords(one));

  const disconnect = { channel_id, connection_id: zombie.connection_id };
  const previewed = await ask(
    "Disconnect them? Without confirm this only shows what would happen",
    "sora_disconnect_connection",
    disconnect,
  );
  const { status, would_affect, next } = preview.parse(previewed.answer);
  const [hit] = would_affect.connections;
  assert(hit.connection_id === zombie.connection_id, "the preview names the connection that was asked for");
  say(`${status}: would hit ${hit.client_id} (${hit.role})`, next);

  const confirmed = { ...disconnect, reason: { why: "not responding" }, confirm: true };
  const disconnected = done.parse(
    (await ask("Now for real", "sora_disconnect_connection", confirmed)).answer,
  );
  say(`${disconnected.status}, confirmed by the ${disconnected.confirmed_by}`);

  const list = actions.parse(
    (await ask("What was done, and why?", "sora_list_actions", { channel_id })).answer,
  );
  assert(list.actions.length === 3, "three things were done");
  for (const action of list.actions) {
    const why = action.reason === undefined ? "" : `, because ${JSON.stringify(action.reason)}`;
    say(`${action.tool}: ${action.outcome}${why}${action.undo ? `. Undo: ${action.undo.tool}` : ""}`);
  }

  const lifted = unmuted.parse((await ask("Take the mute back", undo.tool, undo.arguments)).answer);
  assert(lifted.still_blocked_by.length === 0, `${client_id} is heard again`);
  say(`${lifted.status}: everyone hears ${client_id} again.`);
}

function inWords({ code, value, limit, unit = "" }: Finding): string {
  if (value === undefined) return code;
  const amount = unit === "0..1" ? `${value}` : `${value} ${unit}`;
  return `${code} (${amount}${limit === undefined ? "" : `, limit ${limit}`})`;
}

function assert(condition: unknown, expectation: string): asserts condition {
  if (!condition) throw new Error(`it should be that ${expectation}`);
}
