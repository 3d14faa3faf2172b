import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { boundsOf } from "./bounds.mjs";
import { inFlight, measureCalls } from "./calls.mjs";
import { lostClients, measureHttp } from "./http.mjs";
import { memoryKind } from "./memory.mjs";
import { measureModeration } from "./moderation/measure.mjs";
import * as report from "./report.mjs";
import { measureResultCost } from "./result-cost.mjs";
import { measureSearch } from "./search/measure.mjs";
import { allServers, ownServer } from "./servers.mjs";
import { measureMemory, measureStartUp, memoryRounds, rounds } from "./startup.mjs";
import { measureToolList, soras } from "./tokens.mjs";

const resultsFile = fileURLToPath(new URL("results.json", import.meta.url));
const home = mkdtempSync(join(tmpdir(), "sora-labo-mcp-bench-"));
const startedAt = Date.now();

const print = (text) => process.stdout.write(`${text}\n`);
const section = (title, body) => print(`\n${title}\n\n${body}`);
const progress = (text) =>
  process.stderr.write(`[${Math.round((Date.now() - startedAt) / 1000)} s] ${text}\n`);

try {
  if (!existsSync(ownServer(home).args[0]))
    throw new Error("dist/ is missing: run `npm ci` or `npm run build`");
  await run();
} finally {
  rmSync(home, { recursive: true, force: true });
}

async function run() {
  const machine = {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
  };
  const date = new Date().toISOString();
  print(
    `${date.slice(0, 10)}, ${machine.cpu}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}`,
  );

  progress("tool lists");
  const { servers, toolLists, leftOut } = await startable(allServers(home));
  for (const { name, reason } of leftOut) print(`left out: ${name}: ${reason}`);

  progress("start-up");
  const startUp = await measureStartUp(servers);
  section(
    `Start-up: ms from spawn until the answer to tools/list has been read (${rounds} rounds, interleaved)`,
    report.startUpTable(servers, startUp),
  );
  progress("memory");
  const memory = await measureMemory(servers);
  section(
    `Memory: ${memoryKind} in MB, 300 ms after tools/list (${memoryRounds} rounds)`,
    report.memoryTable(servers, memory),
  );
  section("Tool list: cl100k tokens of the compact JSON", report.toolListTable(servers, toolLists));
  const ownLists = {};
  for (const [sora, flags] of Object.entries(soras))
    ownLists[sora] = await measureToolList(ownServer(home, { flags }));
  section("Tool list of sora-labo-mcp by SORA_RELEASE", report.ownListTable(ownLists));

  const search = await measureSearch(ownServer(home, { flags: soras["2025.2"] }));
  section("Everyday requests: whether a search by their words finds a right tool", report.searchText(search));

  progress("result cost");
  const resultCost = await measureResultCost(home);
  section(
    "Result cost: cl100k tokens of structuredContent, default limits",
    report.resultCostTable(resultCost),
  );

  progress("jobs of moderators");
  const moderation = await measureModeration(home);
  section(
    "Jobs of moderators: calls / cl100k tokens of arguments and answers, by people in the channel",
    report.jobsTable(moderation.jobs),
  );
  const failures = report.jobFailures(moderation.jobs);
  if (failures) print(`\n${failures}`);
  section("Tools for moderation: cl100k tokens in the list", report.jobToolsTable(moderation.tools));

  const calls = await measureCalls(home, progress);
  section("Calls: sora_list_channel_connections, 5 connections", report.callTable(calls));
  section(`Memory over calls, ${inFlight} in flight, a fresh server`, report.growthTable(calls.growth));

  const http = await measureHttp(home, progress);
  section("Over HTTP: tools/list, and one read", report.httpTable(http));
  section(
    `Over HTTP: ${memoryKind} before and after ${lostClients} clients that connect, list and never come back`,
    report.lostTable(http),
  );

  const bounds = boundsOf(servers, { startUp, memory, ownLists, moderation, calls, http });
  section("Bounds", report.boundsTable(bounds));

  const versions = Object.fromEntries(servers.map(({ name, version }) => [name, version]));
  const figures = {
    date,
    machine,
    versions,
    leftOut,
    startUp,
    memory,
    toolLists,
    ownLists,
    search,
    resultCost,
    moderation,
    calls,
    http,
    bounds,
  };
  writeFileSync(resultsFile, `${JSON.stringify(figures, rounded)}\n`);
  print(`\nAll figures: ${resultsFile} (${Math.round((Date.now() - startedAt) / 1000)} s)`);
}

/** Leaves out the peers that do not start on this machine, and measures the tool lists of those that do. */
async function startable(candidates) {
  const servers = [];
  const leftOut = [];
  const toolLists = {};
  for (const server of candidates) {
    try {
      toolLists[server.name] = await measureToolList(server);
      servers.push(server);
    } catch (error) {
      if (server.kind !== "peer") throw error;
      const lines = error.message.split("\n");
      leftOut.push({ name: server.name, reason: lines.find((line) => line.includes("Error")) ?? lines[0] });
    }
  }
  return { servers, toolLists, leftOut };
}

/** Nanoseconds are noise. */
function rounded(_key, value) {
  return typeof value === "number" ? Math.round(value * 1e4) / 1e4 : value;
}
