import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { StdioProcess } from "../bench/stdio-process.mjs";
import { agents } from "./agents.mjs";
import { installEnvironment } from "./install-environment.mjs";
import { installed } from "./program.mjs";
import { clients } from "./table.mjs";
import { calls } from "./task.mjs";

/** A client that has not done all by then is ended. */
const patienceMs = 60_000;
/** What has not begun by then does not begin. */
const allMs = 600_000;

const here = fileURLToPath(new URL(".", import.meta.url));
const built = join(here, "..", "dist", "cli.js");
const server = { command: process.execPath, args: [built, "--sandbox"], env: {} };

const print = (text) => process.stdout.write(`${text}\n`);
const startedAt = Date.now();
const progress = (text) =>
  process.stderr.write(`[${Math.round((Date.now() - startedAt) / 1000)} s] ${text}\n`);

// `node clients/run.mjs Codex Mastra`: these alone.
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !Object.hasOwn(clients, name));
if (unknown.length > 0)
  throw new Error(`no client of that name: ${unknown}; there are ${Object.keys(clients)}`);
if (!existsSync(built)) throw new Error("dist/ is missing: run `npm ci` or `npm run build`");
const names = chosen.length > 0 ? chosen : Object.keys(clients);

const folder = mkdtempSync(join(tmpdir(), "sora-labo-mcp-clients-"));
try {
  process.exitCode = (await run()) ? 0 : 1;
} finally {
  // What a client has left running may still write.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
}

/** Resolves to whether all went well. */
async function run() {
  const tools = await listedByServer();
  installAgents();
  const rows = [];
  for (const [at, name] of names.entries()) {
    progress(name);
    const late = Date.now() - startedAt > allMs;
    const outcome = late ? { failure: "not begun: the ten minutes are over" } : await use(name, at);
    rows.push(row(name, outcome, tools));
  }
  print(`${new Date().toISOString().slice(0, 10)}, ${process.platform} ${process.arch}, ${tools} tools\n`);
  print(table(rows.map(({ cells }) => cells)));
  for (const { name, problem } of rows) if (problem !== undefined) print(`\n${name}: ${problem}`);
  return rows.every(({ problem }) => problem === undefined);
}

/** How many tools there are, asked without any client. */
async function listedByServer() {
  const asked = new StdioProcess({ name: "sora-labo-mcp", args: server.args, env: environment("home") });
  const { length } = await asked.open();
  await asked.end();
  return length;
}

/** Agents are large, and so not among what `npm ci` installs here. */
function installAgents() {
  const packages = names.flatMap((name) =>
    Object.hasOwn(agents, name) ? `${agents[name].package}@${agents[name].version}` : [],
  );
  if (packages.length === 0) return;
  progress(`npm install ${packages.join(" ")}`);
  const flags = ["--no-audit", "--no-fund", "--loglevel=error", "--prefix", join(folder, "agents")];
  execFileSync("npm", ["install", ...flags, ...packages], {
    env: installEnvironment(process.env),
    stdio: ["ignore", "ignore", "inherit"],
    timeout: 300_000,
  });
}

/** The environment of a client: nothing of this one's settings, and a home of its own. */
function environment(home) {
  mkdirSync(join(folder, home), { recursive: true });
  return {
    PATH: [join(here, "node_modules", ".bin"), process.env.PATH].join(":"),
    HOME: join(folder, home),
    AGENTS: join(folder, "agents"),
    LANG: "C.UTF-8",
    NO_COLOR: "1",
    TERM: "dumb",
  };
}

/** Has one client do its task. Resolves to what came of it; never rejects. */
function use(name, at) {
  const env = environment(`home-${at}`);
  const child = spawn(installed("node"), [join(here, "one.mjs"), name, JSON.stringify(server)], {
    cwd: env.HOME,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    // So that it can be ended with all that it has started.
    detached: true,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr = (stderr + chunk).slice(-1000);
  });
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    endAll(child);
  }, patienceMs);
  return new Promise((resolve) => {
    child.once("exit", () => {
      clearTimeout(deadline);
      endAll(child);
      try {
        resolve(JSON.parse(stdout.slice(stdout.lastIndexOf('{"listed"'))));
      } catch {
        resolve({ failure: late ? `not done in ${patienceMs / 1000} s` : stderr.trim() });
      }
    });
  });
}

function endAll({ pid }) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All have ended by themselves.
  }
}

function row(name, { listed, called = [], failure }, tools) {
  const { package: packageName, version } = clients[name];
  const problem =
    failure ?? (listed !== null && listed !== tools ? `listed ${listed} of ${tools} tools` : undefined);
  const cells = [
    name,
    packageName,
    version ??
      JSON.parse(readFileSync(join(here, "node_modules", packageName, "package.json"), "utf8")).version,
    listed === undefined ? "no" : "yes",
    listed === null ? "cannot" : String(listed ?? "-"),
    calls.map(({ what }) => (called.includes(what) ? what : "-")).join(", "),
    problem === undefined ? "works" : "FAILS",
  ];
  return { name, cells, problem };
}

function table(rows) {
  const header = ["client", "package", "version", "connected", "listed", "called", "verdict"];
  const widths = header.map((title, at) => Math.max(title.length, ...rows.map((cells) => cells[at].length)));
  const line = (cells) => `| ${cells.map((cell, at) => cell.padEnd(widths[at])).join(" | ")} |`;
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
