import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Refusal } from "../errors.ts";
import { redactedJson } from "../redaction.ts";
import { type Audit, type AuditLine, cannotRecord, notRecorded } from "./audit.ts";

/** To be appended to and created if need be; not blocking (where there is such a thing): a pipe would wait for its reader. */
const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0);

/** In a folder that others may write to, a link of the log's name could have lines go anywhere. Windows has no such flag. */
const noLink = constants.O_NOFOLLOW ?? 0;

export type { Audit, AuditLine } from "./audit.ts";

const newline = 0x0a;

/** A disk that takes longer than this for one line counts as one that does not answer. Milliseconds. */
const diskPatience = 10_000;

/** The name of the log where a folder was chosen for it. */
const nameInFolder = "sora-labo-mcp-audit.jsonl";

/**
 * An append-only JSON Lines file. Each line goes out in one write, so that several servers can share the file. Lines
 * that could not be written are kept and go first next time.
 */
export class AuditLog implements Audit {
  readonly #path: string | undefined;
  /** The file itself, once it was there. A file that a folder takes the place of is lost all the same. */
  #file: LogFile | undefined;
  readonly #redact: (text: string) => string;
  readonly #patience: number;
  readonly #unwritten: string[] = [];
  /** Lines written so far, and how many of them are known to be on the disk. */
  #written = 0;
  #synced = 0;
  /** This server's last write was cut short. Counts only where the file cannot be read. */
  #cutOff = false;
  /** Settles when the last turn to write is over. One writes at a time, and none waits until another's line is synced. */
  #turn: Promise<unknown> = Promise.resolve();

  /** Without a path nothing is kept and nothing is refused. `patience` is in milliseconds. */
  constructor(path: string | undefined, redact: (text: string) => string, patience = diskPatience) {
    this.#path = path;
    this.#redact = redact;
    this.#patience = patience;
  }

  async refusal(): Promise<Refusal | undefined> {
    return this.#flush(cannotRecord);
  }

  /** Resolves when the line is on the disk, or to the reason why it could not be written. */
  async append(line: AuditLine): Promise<Refusal | undefined> {
    if (this.#path === undefined) return undefined;
    this.#unwritten.push(`${redactedJson(line, this.#redact)}\n`);
    return this.#flush(notRecorded(line.outcome));
  }

  async catchUp(): Promise<void> {
    if (this.#unwritten.length > 0) await this.refusal();
  }

  async #flush(complaint: string): Promise<Refusal | undefined> {
    if (this.#path === undefined) return undefined;
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error("no answer in time")), this.#patience);
    });
    try {
      await Promise.race([this.#record(this.#path), tooLate]);
      return undefined;
    } catch (cause) {
      const hint = /^Error: ELOOP/.test(String(cause))
        ? "Remove the link that stands where the audit log belongs."
        : "Set SORA_AUDIT_LOG to a file in a folder that this server may write to.";
      return new Refusal("not_configured", complaint, { hint }, { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  async #record(path: string): Promise<void> {
    const turn = this.#turn.then(() => this.#write(path));
    this.#turn = turn.catch(() => undefined);
    const file = await turn;
    try {
      const written = this.#written;
      if (this.#synced < written) await file.datasync();
      this.#synced = Math.max(this.#synced, written);
    } finally {
      await closed(file);
    }
  }

  /** Writes the lines that wait. There are none when the turn before took this one's line along. */
  async #write(given: string): Promise<FileHandle> {
    const found = this.#file ?? (await fileAt(given));
    const { path } = found;
    const file = await open(path, found.flags, 0o600);
    this.#file = found;
    try {
      // A pipe or a device keeps no trail.
      if (!(await file.stat()).isFile()) throw new Error("not a regular file");
      if (this.#unwritten.length > 0) this.#cutOff = (await endsInTheMiddle(path)) ?? this.#cutOff;
      for (const line of [...this.#unwritten]) {
        const text = (this.#cutOff ? "\n" : "") + line;
        const { bytesWritten } = await file.write(text);
        const missing = Buffer.byteLength(text) - bytesWritten;
        this.#cutOff = missing > 0;
        // All but its newline is a line, not to be written once more.
        if (missing <= 1) {
          this.#unwritten.shift();
          this.#written += 1;
        }
        if (missing > 0) throw new Error("only a part could be written");
      }
      return file;
    } catch (error) {
      await closed(file);
      throw error;
    }
  }
}

interface LogFile {
  readonly path: string;
  readonly flags: number;
}

/**
 * A form can ask for a folder, or for a file that is there already, but for no new file: so a folder is taken too. Nobody
 * has chosen a link that stands in it under the log's name.
 */
async function fileAt(path: string): Promise<LogFile> {
  const there = await stat(path).catch(() => undefined);
  return there?.isDirectory() ? { path: join(path, nameInFolder), flags: flags | noLink } : { path, flags };
}

/** Whether the file ends with half a line; undefined when it cannot be read: it need only be open for writing. */
async function endsInTheMiddle(path: string): Promise<boolean | undefined> {
  for (let size = -1; ; ) {
    const ending = await endingOf(path);
    if (ending === undefined) return undefined;
    if (ending.size === 0 || ending.byte === newline) return false;
    if (ending.size === size) return true;
    // Another server may be writing it: then it is longer a moment later.
    size = ending.size;
    await delay(50);
  }
}

async function endingOf(path: string): Promise<{ size: number; byte: number | undefined } | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    return { size, byte: buffer[0] };
  } catch {
    return undefined;
  } finally {
    if (file) await closed(file);
  }
}

/** Whatever closing says: what was written is synced by then, or has been reported. */
async function closed(file: FileHandle): Promise<void> {
  await file.close().catch(() => undefined);
}
