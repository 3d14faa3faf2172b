import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { redactedJson } from "./redaction.ts";
import { ToolError } from "./sora/errors.ts";

/** To be appended to and created if need be; not blocking (where there is such a thing): a pipe would wait for its reader. */
const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0);

/** What is kept of one write or destructive call. Arguments only as a hash: they may hold people's data. */
export interface AuditLine {
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly tool: string;
  readonly target: string;
  readonly channel_id: string | null;
  /** SHA-256, hex, of the arguments as compact JSON in the order in which they came. */
  readonly args_sha256: string;
  readonly client: { readonly name: string; readonly version: string } | null;
  readonly confirmed_by: "flag" | "user" | null;
  /** `done`, `confirmation_required` or an error code. */
  readonly outcome: string;
  /** HTTP status of a failed call. */
  readonly status?: number;
  readonly duration_ms: number;
}

const newline = 0x0a;

/**
 * An append-only JSON Lines file. Each line goes out in one write, so that several servers can share the file. Lines
 * that could not be written are kept and go first next time.
 */
export class AuditLog {
  readonly #path: string | undefined;
  readonly #redact: (text: string) => string;
  readonly #unwritten: string[] = [];
  #unsynced = false;
  /** The file ends in the middle of a line: the disk was full. */
  #cutOff = false;
  /** Settles when it is known how the file ended before this server wrote to it. */
  #looked: Promise<void> | undefined;
  /** Settles when the last flush is over. One at a time: two that find half a line would both end it. */
  #flushed: Promise<unknown> = Promise.resolve();

  /** Without a path nothing is kept and nothing is refused. */
  constructor(path: string | undefined, redact: (text: string) => string) {
    this.#path = path;
    this.#redact = redact;
  }

  /** Why a call could not be recorded, asked before anything of it is sent; undefined when it can. */
  async refusal(): Promise<ToolError | undefined> {
    return this.#flush("SORA_AUDIT_LOG cannot be written, so no call that changes something is sent.");
  }

  /** Resolves when the line is on the disk, or to the reason why it could not be written. */
  async append(line: AuditLine): Promise<ToolError | undefined> {
    if (this.#path === undefined) return undefined;
    this.#unwritten.push(`${redactedJson(line, this.#redact)}\n`);
    return this.#flush(
      `The call ended as "${line.outcome}", but SORA_AUDIT_LOG could not be written. Do not send it again; until the file can be written, no call that changes something is sent.`,
    );
  }

  async #flush(complaint: string): Promise<ToolError | undefined> {
    if (this.#path === undefined) return undefined;
    const path = this.#path;
    const flush = this.#flushed.then(() => this.#write(path, complaint));
    this.#flushed = flush;
    return flush;
  }

  /** Never rejects. There is nothing left to write when the flush before took this one's line along. */
  async #write(path: string, complaint: string): Promise<ToolError | undefined> {
    let file: FileHandle | undefined;
    try {
      file = await open(path, flags, 0o600);
      // A pipe or a device keeps no trail.
      if (!(await file.stat()).isFile()) throw new Error("not a regular file");
      this.#looked ??= endsInTheMiddle(path).then((cutOff) => {
        this.#cutOff = cutOff;
      });
      await this.#looked;
      for (const line of [...this.#unwritten]) {
        const text = (this.#cutOff ? "\n" : "") + line;
        const { bytesWritten } = await file.write(text);
        this.#cutOff = bytesWritten < Buffer.byteLength(text);
        if (this.#cutOff) throw new Error("only a part could be written");
        this.#unwritten.shift();
        this.#unsynced = true;
      }
      if (this.#unsynced) await file.datasync();
      this.#unsynced = false;
      return undefined;
    } catch (cause) {
      const hint = "Set SORA_AUDIT_LOG to a file in a folder that this server may write to.";
      return new ToolError("not_configured", complaint, { hint }, { cause });
    } finally {
      // What was written is on the disk by now.
      await file?.close().catch(() => undefined);
    }
  }
}

/** Whether an earlier server left half a line behind. One that another server is writing is whole a moment later. */
async function endsInTheMiddle(path: string): Promise<boolean> {
  const before = await lastByte(path);
  if (before === undefined || before === newline) return false;
  await delay(50);
  return (await lastByte(path)) !== newline;
}

/** Undefined when the file is empty or cannot be read: it need only be open for writing. */
async function lastByte(path: string): Promise<number | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    const { size } = await file.stat();
    const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    return bytesRead === 1 ? buffer[0] : undefined;
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}
