import { Pool } from "undici";
import { memoryOf } from "./memory.mjs";
import { ownServer } from "./servers.mjs";
import { startSora } from "./sora.mjs";
import { makeChannel } from "./sora-data.mjs";
import { StdioProcess } from "./stdio-process.mjs";

const connections = 5;
export const inFlight = 16;
const latencyBlocks = { warmUps: 2, blocks: 12, calls: 400 };
const throughputBlocks = { warmUps: 1, blocks: 5, calls: 4000 };
const memoryCalls = { warmUp: 10_000, between: 5000, total: 50_000 };

/** Times one tool through the built server, and the same request sent to the same upstream without it. */
export async function measureCalls(home, progress) {
  const sora = await startSora([connections]);
  const command = ownServer(home, { env: { SORA_API_URL: sora.url } });
  const pool = new Pool(sora.url, { connections: inFlight });
  const { channel_id } = makeChannel(connections);

  const direct = async () => {
    const { statusCode, body } = await pool.request({
      method: "POST",
      path: "/",
      headers: {
        "x-sora-target": "Sora_20201013.ListChannelConnections",
        "content-type": "application/json",
        accept: "application/json",
      },
      body: JSON.stringify({ channel_id }),
    });
    const answer = JSON.parse(await body.text());
    if (statusCode !== 200 || answer.length !== connections) throw new Error(`direct call: ${statusCode}`);
  };
  const through = (server) => async () => {
    const { structuredContent, content } = await server.call("sora_list_channel_connections", { channel_id });
    if (structuredContent?.total !== connections) throw new Error(content[0]?.text);
  };

  const server = new StdioProcess(command);
  await server.open();
  progress("one call after the other");
  const latency = await alternately(latencyBlocks, direct, through(server), eachTimed);
  progress(`${inFlight} calls in flight`);
  const throughput = await alternately(throughputBlocks, direct, through(server), rate);
  await server.end();
  await pool.close();

  progress(`memory over ${memoryCalls.total} calls`);
  const fresh = new StdioProcess(command);
  await fresh.open();
  const growth = await memoryOverCalls(fresh.pid, through(fresh));
  await fresh.end();
  await sora.end();
  return { latency, throughput, growth };
}

/** Blocks of one and the other way by turns; resolves to what `measure` returned for each block that counts. */
async function alternately({ warmUps, blocks, calls }, direct, throughServer, measure) {
  const measured = { direct: [], server: [] };
  for (let block = -warmUps; block < blocks; block++) {
    for (const [name, call] of Object.entries({ direct, server: throughServer })) {
      const value = await measure(call, calls);
      if (block >= 0) measured[name].push(value);
    }
  }
  return measured;
}

/** Milliseconds of each of so many calls, one after the other. */
async function eachTimed(call, calls) {
  const times = [];
  for (let index = 0; index < calls; index++) {
    const startedAt = process.hrtime.bigint();
    await call();
    times.push(Number(process.hrtime.bigint() - startedAt) / 1e6);
  }
  return times;
}

/** Calls a second with a fixed number in flight. */
async function rate(call, calls) {
  const startedAt = process.hrtime.bigint();
  await inParallel(call, calls);
  return calls / (Number(process.hrtime.bigint() - startedAt) / 1e9);
}

async function inParallel(call, calls) {
  let left = calls;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

/** The server's memory in MB after every 5,000 of 50,000 calls, once it is warm. */
async function memoryOverCalls(pid, call) {
  const samples = [];
  await inParallel(call, memoryCalls.warmUp);
  for (let calls = memoryCalls.between; calls <= memoryCalls.total; calls += memoryCalls.between) {
    await inParallel(call, memoryCalls.between);
    samples.push({ calls, ...memoryOf(pid) });
  }
  return samples;
}
