import { beforeAll, describe, expect, test } from "vitest";
import { argumentRow } from "../contract/arguments.ts";
import { contract, jobs, settingsFor } from "../contract/index.ts";
import { addedByClients } from "../contract/meant.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { type Answer, json, type Recorded, startUpstream, type Upstream } from "../support/upstream.ts";

// Calls as n8n, Cline and careless models write them, line by line into the built server: Sora gets what the plain call
// sends, and the client the same answer.

type Args = Readonly<Record<string, unknown>>;
type Row = (typeof contract)[number] | (typeof jobs)[number];

interface Made {
  readonly sent: readonly Pick<Recorded, "target" | "text">[];
  readonly result: unknown;
}

const people = ["A", "B", "C"].map((id) => ({
  channel_id: "sora",
  client_id: id,
  connection_id: id,
  role: "sendrecv",
}));

/** What Sora answers to the calls of a tool. A job that would go on for long finds nobody, or is refused at once. */
function answersTo(row: Row): Answer {
  if (row.tool === "sora_overview") return json(people);
  if (row.tool === "sora_diagnose") return json([]);
  if (!("confirmed" in row)) return json({ error_type: "REFUSED" }, 400);
  const known = [row.least, row.confirmed, row.full].flatMap(({ requests }) => requests);
  return (request, ...rest) => {
    const answer = known.find(({ target }) => target === request.target)?.answer;
    json(answer ?? [])(request, ...rest);
  };
}

/** Calls tools line by line, each on a server for a Sora that has it. */
class Caller {
  readonly #servers = new Map<object, Promise<ServerProcess>>();
  #calls = 0;

  constructor(readonly upstream: Upstream) {}

  async call(row: Row, args: unknown): Promise<Made> {
    const env = settingsFor(row.tool);
    const starting =
      this.#servers.get(env) ?? startServerProcess({ ...env, SORA_API_URL: this.upstream.url });
    this.#servers.set(env, starting);
    const server = await starting;
    this.upstream.answer(answersTo(row));
    const id = ++this.#calls;
    const params = { name: row.tool, arguments: args };
    server.write(`${JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params })}\n`);
    const { result, error } = await server.answerTo(id);
    const sent = this.upstream.requests.splice(0).map(({ target, text }) => ({ target, text }));
    // What a job asks at the same time comes in any order.
    return { sent: sent.sort((a, b) => (a.target < b.target ? -1 : 1)), result: error ?? result };
  }
}

function without(args: Args, name: string): Args {
  return Object.fromEntries(Object.entries(args).filter(([other]) => other !== name));
}

/** A call with every argument, as Sora gets it. */
function requestsOf(row: (typeof contract)[number]): Made["sent"] {
  return row.full.requests.map(({ target, body }) => ({
    target,
    text: body === null ? "" : JSON.stringify(body),
  }));
}

test("every tool: what may be left out is left out as null and as an empty text", async () => {
  const caller = new Caller(await startUpstream());
  const refused: string[] = [];
  let compared = 0;
  for (const row of [...jobs, ...contract]) {
    for (const name of row.properties.filter((name) => !row.required.includes(name))) {
      const rest = without(row.full.args, name);
      const plain = await caller.call(row, rest);
      if (JSON.stringify(plain.result).includes("invalid_arguments")) refused.push(`${row.tool} ${name}`);
      for (const empty of [null, ""]) {
        const made = await caller.call(row, { ...rest, [name]: empty });
        expect(made, `${row.tool} ${name} ${JSON.stringify(empty)}`).toEqual(plain);
        compared += 1;
      }
    }
    const least = await caller.call(row, row.least.args);
    const optional = row.properties.filter((name) => !row.required.includes(name));
    const all = Object.fromEntries(optional.map((name, index) => [name, index % 2 === 0 ? null : ""]));
    expect(await caller.call(row, { ...all, ...row.least.args }), row.tool).toEqual(least);
  }
  expect(compared).toBeGreaterThan(150);
  // Of whom it mutes, one has to be named.
  expect(refused).toEqual(["sora_mute connection_id"]);
});

test("every tool: integers, booleans, objects and lists are taken as texts, and all arguments as one", async () => {
  const caller = new Caller(await startUpstream());
  const written = { integer: 0, boolean: 0, object: 0, array: 0 };
  for (const row of [...jobs, ...contract]) {
    const { args } = row.full;
    const plain = await caller.call(row, args);
    if ("confirmed" in row) expect(plain.sent, row.tool).toEqual(requestsOf(row));
    const texts: Record<string, string> = {};
    for (const name of row.properties) {
      const { type } = argumentRow(row.tool, name)?.schema ?? {};
      const value = args[name];
      if (name === "confirm" || value === undefined || typeof value === "string") continue;
      if (type !== "integer" && type !== "boolean" && type !== "object" && type !== "array") continue;
      texts[name] = JSON.stringify(value);
      expect(await caller.call(row, { ...args, [name]: texts[name] }), `${row.tool} ${name}`).toEqual(plain);
      written[type] += 1;
    }
    expect(await caller.call(row, { ...args, ...texts }), row.tool).toEqual(plain);
    expect(await caller.call(row, JSON.stringify({ ...args, ...texts }, null, 2)), row.tool).toEqual(plain);
  }
  expect(written.integer).toBeGreaterThan(15);
  expect(written.boolean).toBeGreaterThan(8);
  expect(written.object).toBeGreaterThan(10);
  expect(written.array).toBeGreaterThan(8);
});

test("every destructive tool: a text confirms nothing, and an empty one is none", async () => {
  const caller = new Caller(await startUpstream());
  for (const row of contract.filter(({ kind }) => kind === "destructive")) {
    for (const confirm of ["true", "false", "True", "1", "yes", 1, {}, ["true"]]) {
      const { sent, result } = await caller.call(row, { ...row.full.args, confirm });
      expect([sent, JSON.stringify(result)], row.tool).toEqual([
        [],
        expect.stringContaining("confirm: Expected boolean, received"),
      ]);
    }
    for (const confirm of [null, ""]) {
      const { sent, result } = await caller.call(row, { ...row.full.args, confirm });
      expect(sent.map(({ target }) => target)).toEqual(row.least.requests.map(({ target }) => target));
      expect(result).toMatchObject({ structuredContent: { status: "confirmation_required" } });
    }
  }
});

describe("what clients add to every call", () => {
  let caller: Caller;
  beforeAll(async () => {
    caller = new Caller(await startUpstream());
  });

  test("n8n and Cline: every tool does what it does without", async () => {
    for (const row of [...jobs, ...contract]) {
      const plain = await caller.call(row, row.full.args);
      const added = Object.fromEntries(
        addedByClients
          .filter((name) => !row.properties.includes(name))
          .map((name) => [name, name === "action" ? "sendMessage" : `${name} of the client`]),
      );
      expect(Object.keys(added).length).toBe(row.properties.includes("action") ? 4 : 5);
      expect(await caller.call(row, { ...added, ...row.full.args }), row.tool).toEqual(plain);
    }
  });
});

test("as they stand on the line", async () => {
  const upstream = await startUpstream(json([]));
  const env = { SORA_API_URL: upstream.url, SORA_RELEASE: "2025.2", SORA_LOG_LEVEL: "debug" };
  const server = await startServerProcess(env);
  const sentFor = async (name: string, args: string) => {
    const id = `line-${name}-${args.length}`;
    server.write(
      `{"jsonrpc":"2.0","id":"${id}","method":"tools/call","params":{"name":"${name}","arguments":${args}}}\n`,
    );
    const { result } = await server.answerTo(id);
    expect(result?.isError, JSON.stringify(result)).toBeUndefined();
    return upstream.requests.splice(0).map(({ target, text }) => [target, text]);
  };

  const n8n =
    '{"channel_id":"sora","data":"{\\"text\\":\\"hi\\",\\"n\\":[\\"1\\",null]}","sessionId":"f3","action":"sendMessage","chatInput":"warn them","toolCallId":"call_1"}';
  expect(await sentFor("sora_push_channel", n8n)).toEqual([
    ["Sora_20160711.PushChannel", '{"channel_id":"sora","data":{"text":"hi","n":["1",null]}}'],
  ]);
  const cline = '{"channel_id":"sora","limit":"10","offset":"","task_progress":"- [x] look\\n- [ ] warn"}';
  expect(await sentFor("sora_list_channel_connections", cline)).toEqual([
    ["Sora_20201013.ListChannelConnections", '{"channel_id":"sora"}'],
  ]);
  const filter =
    '{"channel_id":"sora","action":"block","rules":"[[{\\"field\\":\\"kind\\",\\"operator\\":\\"is_in\\",\\"values\\":\\"[\\\\\\"video\\\\\\"]\\"}]]","name":"","priority":"-3","metadata":null,"sessionId":"f3","chatInput":""}';
  expect(await sentFor("sora_create_channel_forwarding_filter", filter)).toEqual([
    [
      "Sora_20230628.CreateChannelForwardingFilter",
      '{"channel_id":"sora","action":"block","rules":[[{"field":"kind","operator":"is_in","values":["video"]}]],"priority":-3}',
    ],
  ]);
  const whole =
    '"{\\"channel_id\\":\\"sora\\",\\"connection_id\\":\\"c\\",\\"metadata\\":\\"{\\\\\\"a\\\\\\":1}\\",\\"push\\":\\"true\\",\\"sessionId\\":1}"';
  expect(await sentFor("sora_put_signaling_notify_metadata", whole)).toEqual([
    [
      "Sora_20201124.PutSignalingNotifyMetadata",
      '{"channel_id":"sora","connection_id":"c","metadata":{"a":1},"push":true}',
    ],
  ]);
  await expect
    .poll(server.stderr)
    .toContain("sora_push_channel: left out what the client added: sessionId, action, chatInput, toolCallId");
  expect(server.stderr()).toContain(
    "sora_list_channel_connections: left out what the client added: task_progress",
  );
  expect(server.stderr()).toContain(
    "sora_create_channel_forwarding_filter: left out what the client added: sessionId, chatInput\n",
  );
  // Their names, but nothing of what they say.
  expect(server.stderr()).not.toMatch(/warn them|sendMessage|call_1|look/);
});
