import { spawn } from "node:child_process";
import { once } from "node:events";

/** A server that has not listed its tools by then is ended. */
const patienceMs = 20_000;

/** A server that has not ended by then after its stdin was closed is killed. */
const endMs = 2_000;

const opening = [
  {
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "bench", version: "0" },
    },
  },
  { method: "notifications/initialized" },
  { id: 2, method: "tools/list" },
]
  .map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)
  .join("");

/** One MCP server as a child process, spoken to in raw JSON lines so that no client library is measured with it. */
export class StdioProcess {
  #child;
  #waiting = new Map();
  #lastId = 2;
  #rest = "";
  #stderr = "";

  constructor({ name, args, env }) {
    this.#child = spawn(process.execPath, args, { env, stdio: ["pipe", "pipe", "pipe"] });
    this.#child.stdout.setEncoding("utf8").on("data", (chunk) => this.#read(chunk));
    this.#child.stderr.setEncoding("utf8").on("data", (chunk) => {
      this.#stderr = (this.#stderr + chunk).slice(-2000);
    });
    this.#child.stdin.on("error", () => {});
    this.#child.on("exit", (code, signal) => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`${name} ended (${signal ?? code}): ${this.#stderr}`));
    });
  }

  get pid() {
    return this.#child.pid;
  }

  /** Sends the whole opening at once, as clients may, and resolves to the tools once their line has been read. */
  async open() {
    const deadline = setTimeout(() => this.#child.kill("SIGKILL"), patienceMs);
    const answered = this.#answer(2);
    this.#child.stdin.write(opening);
    const { tools } = await answered.finally(() => clearTimeout(deadline));
    return tools;
  }

  /** Resolves to the `result` of a `tools/call`. */
  call(name, args) {
    this.#lastId += 1;
    const answered = this.#answer(this.#lastId);
    const message = {
      jsonrpc: "2.0",
      id: this.#lastId,
      method: "tools/call",
      params: { name, arguments: args },
    };
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
    return answered;
  }

  /** Ends it as clients do, by closing its stdin: a server that is killed at once keeps no compiled code. */
  async end() {
    this.#waiting.clear();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    const deadline = setTimeout(() => this.#child.kill("SIGKILL"), endMs);
    this.#child.stdin.end();
    await exited.finally(() => clearTimeout(deadline));
  }

  #answer(id) {
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #read(chunk) {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.trim()) continue;
      const { id, result, error } = JSON.parse(line);
      const waiting = this.#waiting.get(id);
      if (!waiting) continue;
      this.#waiting.delete(id);
      if (error) waiting.reject(new Error(JSON.stringify(error)));
      else waiting.resolve(result);
    }
  }
}
