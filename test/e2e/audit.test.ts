import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { auditLines, auditLinesSoFar } from "../support/audit-file.ts";
import { startServerProcess } from "../support/server-process.ts";
import { errorOf, overStdio, type Session } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type Answer, json, startUpstream } from "../support/upstream.ts";

// The audit trail of the built server: shared by two processes, whole when one of them ends, whole when the disk is full.

/** For what the server has a moment for at its end: on a machine that is busy elsewhere, that moment can pass unused. */
const patiently = { retry: 3 };

const push = "sora_push_channel";
const disconnect = "sora_disconnect_channel";

async function audited(answer?: Answer) {
  const path = join(temporaryFolder(), "audit.jsonl");
  const upstream = await startUpstream(answer);
  return { path, upstream, env: { SORA_API_URL: upstream.url, SORA_AUDIT_LOG: path } };
}

test("two servers on one file: every line is whole, there before its answer, and counted once", async () => {
  const { path, env } = await audited();
  const sessions = await Promise.all([overStdio({ env }), overStdio({ env })]);
  const each = 150;
  // As long as a channel id may be.
  const channel = (server: number, call: number) => `${server}-${call}-${"語".repeat(80)}`;
  const send = async (session: Session, server: number, call: number) => {
    const channel_id = channel(server, call);
    const result = await session.call(push, { channel_id, data: {} });
    expect(result.isError ?? false).toBe(false);
    if (call % 10 === 0) {
      expect(auditLinesSoFar(path).filter((line) => line.channel_id === channel_id)).toHaveLength(1);
    }
  };
  await Promise.all(
    sessions.flatMap((session, server) =>
      Array.from({ length: each }, (_unused, call) => send(session, server, call)),
    ),
  );
  const recorded = auditLines(path).map(({ channel_id }) => channel_id);
  const sent = [0, 1].flatMap((server) =>
    Array.from({ length: each }, (_unused, call) => channel(server, call)),
  );
  expect(recorded.sort()).toEqual(sent.sort());
});

const ways = [
  { name: "stdin ends", end: ({ child }: Ended) => void child.stdin.end() },
  ...(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const).map((signal) => ({
    name: signal,
    end: ({ child }: Ended) => void child.kill(signal),
  })),
  { name: "stdout breaks", end: ({ child }: Ended) => void child.stdout.destroy() },
].filter(({ name }) => process.platform !== "win32" || name === "stdin ends");
type Ended = Awaited<ReturnType<typeof startServerProcess>>;

test.each(ways)("a call in flight when $name has its line", patiently, async ({ name, end }) => {
  const { path, upstream, env } = await audited();
  const server = await startServerProcess(env);
  const arrived = new Promise<void>((resolve) => upstream.answer(() => resolve()));
  server.callTool(1, disconnect, { channel_id: "sora", confirm: true });
  await arrived;
  end(server);
  // A broken pipe is noticed with the next thing that is written to it.
  if (name === "stdout breaks") server.send({ id: 2, method: "ping" });
  await server.ended;
  expect(auditLines(path)).toMatchObject([
    { tool: disconnect, channel_id: "sora", confirmed_by: "flag", outcome: "cancelled_by_client" },
  ]);
  expect(upstream.requests).toHaveLength(1);
});

test.each(ways)(
  "a question that stands when $name: a line, and nothing sent",
  patiently,
  async ({ name, end }) => {
    const { path, upstream, env } = await audited(json([]));
    const server = await startServerProcess({ ...env, SORA_CONFIRM: "ask" }, { elicitation: { form: {} } });
    server.callTool(1, disconnect, { channel_id: "sora" });
    await server.message(({ method }) => method === "elicitation/create");
    end(server);
    if (name === "stdout breaks") server.send({ id: 2, method: "ping" });
    await server.ended;
    expect(auditLines(path)).toMatchObject([
      { tool: disconnect, confirmed_by: null, outcome: "cancelled_by_client" },
    ]);
    expect(upstream.requests.map(({ target }) => target)).toEqual(["Sora_20201013.ListChannelConnections"]);
  },
);

test("a call that stdin ends right behind is answered and recorded as done", patiently, async () => {
  const { path, env } = await audited();
  const server = await startServerProcess(env);
  server.callTool(1, push, { channel_id: "first", data: {} });
  await server.message(({ id }) => id === 1);
  server.callTool(2, push, { channel_id: "last", data: {} });
  server.child.stdin.end();
  await server.ended;
  expect(auditLines(path)).toMatchObject([
    { channel_id: "first", outcome: "done" },
    { channel_id: "last", outcome: "done" },
  ]);
  expect(server.messages.at(-1)).toMatchObject({ id: 2, result: { structuredContent: { status: "done" } } });
});

test("two calls with one request id that are cut off: both have their line", patiently, async () => {
  const { path, upstream, env } = await audited(() => {});
  const server = await startServerProcess(env);
  for (const channel_id of ["first", "second"]) {
    server.callTool(1, disconnect, { channel_id, confirm: true });
  }
  await upstream.received(2);
  server.child.stdin.end();
  await server.ended;
  expect(
    auditLines(path)
      .map(({ channel_id }) => channel_id)
      .sort(),
  ).toEqual(["first", "second"]);
});

test("a line that could not be written is told on stderr and written at the end", patiently, async () => {
  const { path, upstream, env } = await audited();
  const server = await startServerProcess(env);
  upstream.answer((request, response, raw) => {
    rmSync(path);
    mkdirSync(path);
    json({})(request, response, raw);
  });
  server.callTool(1, push, { channel_id: "sora", data: {} });
  await server.answerTo(1);
  expect(server.stderr()).toContain('The call ended as "done", but SORA_AUDIT_LOG could not be written.');
  rmdirSync(path);
  server.child.stdin.end();
  await server.ended;
  expect(auditLines(path)).toMatchObject([{ channel_id: "sora", outcome: "done" }]);
});

test.skipIf(process.platform === "win32")(
  "a disk that fills up in the middle of a line: the next line starts anew, none is lost",
  async () => {
    const { path, upstream, env } = await audited();
    const free = 100;
    const before = `${JSON.stringify("x".repeat(4 * 512 - free - 3))}\n`;
    writeFileSync(path, before);
    const session = await overStdio({
      env: { ...env, NODE_DISABLE_COMPILE_CACHE: "1" },
      wrapper: ["sh", "-c", 'ulimit -f 4; exec "$0" "$@"'],
    });
    const send = (channel_id: string) => session.call(push, { channel_id, data: {} });
    expect(errorOf(await send("cut off")).message).toContain('The call ended as "done"');
    expect(errorOf(await send("refused")).code).toBe("not_configured");
    expect(upstream.requests).toHaveLength(1);
    const part = readFileSync(path, "utf8").slice(before.length);
    expect(part).toHaveLength(free);

    // Room is made: what is whole moves away, as a rotation of logs would do it.
    writeFileSync(path, part);
    expect((await send("after")).structuredContent).toMatchObject({ status: "done" });
    const [first, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
    expect(first).toBe(part);
    expect(lines.map((line) => JSON.parse(line).channel_id)).toEqual(["cut off", "after"]);
  },
);
