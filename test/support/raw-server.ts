import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { homedir } from "node:os";
import { builtServer } from "./built-server.ts";
import { afterTest } from "./closing.ts";
import { serverNode } from "./session.ts";

export interface Message {
  readonly jsonrpc?: unknown;
  readonly id?: unknown;
  readonly method?: unknown;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string };
}

export interface RawServer {
  readonly child: ChildProcessWithoutNullStreams;
  write(bytes: string | Uint8Array): void;
  /** Sends a request and resolves to its answer; rejects when the server ends before. */
  ask(method: string, params?: Record<string, unknown>): Promise<Message>;
  /** Resolves to the answer with this id, also when it has already come. */
  answerTo(id: unknown): Promise<Message>;
  /** Every whole line on stdout so far, as it came. */
  lines(): readonly string[];
  /** Those of the lines that are JSON. */
  readonly messages: readonly Message[];
  /** The first message, past or to come, that the test finds right. */
  message(right: (message: Message) => boolean): Promise<Message>;
  stderr(): string;
  /** Resolves when the process has ended and everything that it wrote has been read. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export const handshake = {
  protocolVersion: "2025-06-18",
  capabilities: {},
  clientInfo: { name: "raw", version: "1" },
};

/** A request as one line; with no id, a notification. */
export function line(method: string, params?: Record<string, unknown>, id?: unknown): string {
  return `${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`;
}

/** The built server as a child process, with nothing between the test and its stdin and stdout; killed after the test. */
export function startRaw(args: string[] = [], env: Record<string, string> = {}, entry?: string): RawServer {
  const built = builtServer();
  const child = spawn(serverNode, [entry ?? built, ...args], { env: { HOME: homedir(), ...env } });
  afterTest(() => child.kill("SIGKILL"));
  const lines: string[] = [];
  const messages: Message[] = [];
  const lookers = new Set<() => void>();
  const answers = new Map<unknown, Message>();
  const waiting = new Map<unknown, { resolve: (answer: Message) => void; reject: (reason: Error) => void }>();
  let rest = "";
  let stderr = "";
  let lastId = 0;

  function answerTo(id: unknown): Promise<Message> {
    const answer = answers.get(id);
    if (answer) return Promise.resolve(answer);
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  }

  child.stdin.on("error", () => {}); // What is written to a server that has ended goes nowhere.
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const whole = (rest + text).split("\n");
    rest = whole.pop() ?? "";
    for (const each of whole) {
      lines.push(each);
      const message = parsed(each);
      if (message) messages.push(message);
      if (message?.id === undefined || message.method !== undefined) continue;
      answers.set(message.id, message);
      waiting.get(message.id)?.resolve(message);
      waiting.delete(message.id);
    }
    for (const look of lookers) look();
  });
  const ended: RawServer["ended"] = new Promise((resolve) => {
    child.on("close", (code, signal) => {
      for (const [id, { reject }] of waiting) reject(new Error(`the server ended before it answered ${id}`));
      resolve({ code, signal });
    });
  });

  return {
    child,
    write: (bytes) => void child.stdin.write(bytes),
    ask(method, params) {
      const id = `ask-${++lastId}`;
      child.stdin.write(line(method, params, id));
      return answerTo(id);
    },
    answerTo,
    lines: () => (rest === "" ? lines : [...lines, rest]),
    messages,
    message: (right) =>
      new Promise((resolve) => {
        const look = () => {
          const found = messages.find(right);
          if (!found) return;
          lookers.delete(look);
          resolve(found);
        };
        lookers.add(look);
        look();
      }),
    stderr: () => stderr,
    ended,
  };
}

function parsed(text: string): Message | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Kept in lines(): the test says what stdout may hold.
  }
}
