import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Agent, Pool } from "undici";
import { memoryOf } from "./memory.mjs";
import { ownServer, peer } from "./servers.mjs";
import { startSora } from "./sora.mjs";
import { makeChannel } from "./sora-data.mjs";
import { median, quantile } from "./statistics.mjs";

const connections = 5;
export const atOnce = [1, 16, 64];
const rounds = { warmUp: 1, counted: 3, seconds: 1.5 };
export const lostClients = 3000;

const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };

/** The peers that serve over HTTP, and what each of them can be asked that neither needs a browser nor a network. */
const peers = {
  "@modelcontextprotocol/server-everything": {
    args: () => ["streamableHttp"],
    env: (port) => ({ PORT: String(port) }),
    // Its cheapest: it says back what it was told, without asking anybody.
    read: { name: "echo", arguments: { message: "hello" } },
    // Its only one that asks somebody. Besides it compresses what it was answered.
    askingRead: (url) => ({
      name: "gzip-file-as-resource",
      arguments: { name: "answer.gz", data: url, outputType: "resource" },
    }),
  },
  "@playwright/mcp": { args: (port) => ["--port", String(port)], env: () => ({}), host: "localhost" },
};

/** Calls a second and their times over HTTP, and memory after clients that never came back: ours and the peers'. */
export async function measureHttp(home, progress) {
  const sora = await startSora([connections]);
  const { channel_id } = makeChannel(connections);
  const token = randomBytes(32).toString("base64url");
  const callers = join(home, "callers.json");
  const token_sha256 = createHash("sha256").update(token).digest("hex");
  writeFileSync(callers, JSON.stringify({ callers: [{ name: "bench", token_sha256 }] }));
  const ownRead = { name: "sora_list_channel_connections", arguments: { channel_id } };
  const answerUrl = `${sora.url}${channel_id}/ListChannelConnections`;
  const own = async (port) => ({
    ...ownServer(home, {
      env: { SORA_API_URL: sora.url, SORA_HTTP: `127.0.0.1:${port}`, SORA_CALLERS: callers },
    }),
    headers: { authorization: `Bearer ${token}` },
    read: ownRead,
    askingRead: ownRead,
  });
  const others = Object.entries(peers).map(
    ([name, { args, env, read, askingRead, host }]) =>
      async (port) => ({
        ...peer(name, home, { args: args(port), env: env(port) }),
        read,
        askingRead: askingRead?.(answerUrl),
        host,
      }),
  );
  const makers = [own, ...others];
  const started = await Promise.all(makers.map(async (make) => start(await make(await freePort()))));
  const rates = {};
  try {
    for (const [what, messageFor] of Object.entries(questions)) {
      for (const workers of atOnce) {
        progress(`over HTTP: ${what}, ${workers} at once`);
        const asked = started.filter((server) => messageFor(server));
        const measured = await byTurns(asked, (server) => load(server, messageFor(server), workers));
        for (const [name, blocks] of Object.entries(measured)) {
          rates[name] ??= [];
          rates[name].push({ what, workers, ...summary(blocks) });
        }
      }
    }
  } finally {
    await Promise.all(started.map((server) => server.end()));
  }
  const memory = {};
  for (const make of makers) {
    const server = await start(await make(await freePort()));
    progress(`over HTTP: ${lostClients} clients that do not come back to ${server.name}`);
    memory[server.name] = await memoryOverLost(server).finally(server.end);
  }
  await sora.end();
  return { rates, memory };
}

const questions = {
  "tools/list": () => ({ method: "tools/list" }),
  "one read": ({ read }) => read && { method: "tools/call", params: read },
  "one read that asks": ({ askingRead }) => askingRead && { method: "tools/call", params: askingRead },
};

async function start(command) {
  const port =
    command.env.PORT ??
    command.env.SORA_HTTP?.split(":")[1] ??
    command.args.at(command.args.indexOf("--port") + 1);
  const child = spawn(process.execPath, command.args, { env: command.env, stdio: "ignore" });
  const exited = once(child, "exit");
  const origin = `http://${command.host ?? "127.0.0.1"}:${port}`;
  const server = {
    name: command.name,
    pid: child.pid,
    origin,
    headers: { ...headers, ...command.headers },
    read: command.read,
    askingRead: command.askingRead,
    end: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
  for (let tries = 0; ; tries++) {
    try {
      await connect(server, new Agent());
      return server;
    } catch (error) {
      if (tries === 100 || child.exitCode !== null) throw error;
      await delay(100);
    }
  }
}

/** Connects as a client does, and returns the headers of what it sends from then on. */
async function connect({ origin, headers }, dispatcher) {
  const params = {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "bench", version: "1" },
  };
  const first = await send(dispatcher, origin, headers, { id: 0, method: "initialize", params });
  const session = first.headers["mcp-session-id"];
  const own = {
    ...headers,
    "mcp-protocol-version": "2025-06-18",
    ...(session && { "mcp-session-id": session }),
  };
  await send(dispatcher, origin, own, { method: "notifications/initialized" });
  return own;
}

async function send(dispatcher, origin, headers, message) {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  const answer = await dispatcher.request({ origin, path: "/mcp", method: "POST", headers, body });
  const text = await answer.body.text();
  if (answer.statusCode >= 300 || (message.id !== undefined && !text.includes('"result"'))) {
    throw new Error(`${origin}: ${answer.statusCode} ${text.slice(0, 200)}`);
  }
  return answer;
}

/** Asks for a while with so many clients, each with one request at a time. Resolves to the milliseconds of each. */
async function load(server, message, workers) {
  const pool = new Pool(server.origin, { connections: workers });
  const sessions = await Promise.all(Array.from({ length: workers }, () => connect(server, pool)));
  const times = [];
  const startedAt = performance.now();
  const endsAt = startedAt + rounds.seconds * 1000;
  await Promise.all(
    sessions.map(async (own) => {
      for (let id = 1; performance.now() < endsAt; id++) {
        const sentAt = performance.now();
        await send(pool, server.origin, own, { id, ...message });
        times.push(performance.now() - sentAt);
      }
    }),
  );
  const rate = times.length / ((performance.now() - startedAt) / 1000);
  await pool.close();
  return { rate, times };
}

/** Blocks of one server after the other, so that all have the same share of what else the machine does. */
async function byTurns(servers, measure) {
  const measured = Object.fromEntries(servers.map(({ name }) => [name, []]));
  for (let round = -rounds.warmUp; round < rounds.counted; round++) {
    for (const server of servers) {
      const block = await measure(server);
      if (round >= 0) measured[server.name].push(block);
    }
  }
  return measured;
}

function summary(blocks) {
  const times = blocks.flatMap(({ times }) => times);
  return {
    rate: median(blocks.map(({ rate }) => rate)),
    p50: median(times),
    p99: quantile(times, 0.99),
  };
}

async function memoryOverLost(server) {
  const before = memoryOf(server.pid).now;
  for (let lost = 0; lost < lostClients; lost++) {
    const agent = new Agent({ pipelining: 1 });
    const own = await connect(server, agent);
    await send(agent, server.origin, own, { id: 1, method: "tools/list" });
    await agent.close();
  }
  return { before, after: memoryOf(server.pid).now };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
