import type { Writable } from "node:stream";
import { Refusal } from "../errors.ts";
import { redactedJson } from "../redaction.ts";
import { type Audit, type AuditLine, cannotRecord, notRecorded } from "./audit.ts";

/** A reader that takes no line for longer than this counts as one that does not read. Milliseconds. */
const readerPatience = 10_000;

/**
 * JSON Lines on stdout, for a log collector. A line counts as kept once the system has it: what the collector loses after
 * that is its own. Lines that nobody takes wait, and go out later, each once; a stream that is broken stays so.
 */
export class AuditStream implements Audit {
  readonly #stream: Writable;
  readonly #redact: (text: string) => string;
  readonly #patience: number;
  /** The lines that wait. The first of them is being written: each goes out in one write. */
  readonly #unwritten: string[] = [];
  /** Lines that were appended, and how many of them the system has. */
  #appended = 0;
  #taken = 0;
  /** Why no line will ever be taken again. */
  #fault: Error | undefined;
  /** Told when a line is taken or none will be. No promises in a chain: these would pile up while nobody reads. */
  readonly #waiting = new Set<() => void>();

  /** `patience` is in milliseconds. */
  constructor(stream: Writable, redact: (text: string) => string, patience = readerPatience) {
    this.#stream = stream;
    this.#redact = redact;
    this.#patience = patience;
    stream.on("error", (error) => this.#fail(error));
  }

  async refusal(): Promise<Refusal | undefined> {
    return this.#allTaken(cannotRecord);
  }

  async append(line: AuditLine): Promise<Refusal | undefined> {
    this.#appended += 1;
    if (!this.#fault) this.#unwritten.push(`${redactedJson(line, this.#redact)}\n`);
    if (this.#unwritten.length === 1) this.#writeFirst();
    return this.#allTaken(notRecorded(line.outcome));
  }

  async catchUp(): Promise<void> {
    if (this.#unwritten.length > 0) await this.refusal();
  }

  #writeFirst(): void {
    const [line] = this.#unwritten;
    if (line === undefined) return;
    this.#stream.write(line, (error) => {
      // A socket that is destroyed while it writes calls back as if it had written.
      if (error || this.#stream.destroyed) return this.#fail(error ?? new Error("closed"));
      this.#unwritten.shift();
      this.#taken += 1;
      for (const look of this.#waiting) look();
      this.#writeFirst();
    });
  }

  #fail(fault: Error): void {
    this.#fault ??= fault;
    this.#unwritten.length = 0;
    for (const look of this.#waiting) look();
  }

  /** Waits for all lines so far, and not for those that are appended meanwhile. */
  async #allTaken(complaint: string): Promise<Refusal | undefined> {
    const appended = this.#appended;
    // A write that is under way says itself why it fails.
    if (this.#unwritten.length === 0 && !this.#stream.writable) this.#fail(new Error("closed"));
    const cause = await new Promise<Error | undefined>((resolve) => {
      const end = (why?: Error) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(why);
      };
      const look = () => {
        if (this.#fault || this.#taken >= appended) end(this.#fault);
      };
      const timer = setTimeout(() => end(new Error("no answer in time")), this.#patience);
      this.#waiting.add(look);
      look();
    });
    if (!cause) return undefined;
    const hint = this.#fault
      ? "Nothing can be written to this server's stdout any more: start it again with something that reads it, or set SORA_AUDIT_LOG to a file."
      : "Have the lines on this server's stdout read, or set SORA_AUDIT_LOG to a file.";
    return new Refusal("not_configured", complaint, { hint }, { cause });
  }
}
