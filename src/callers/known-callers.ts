import { type StatsListener, unwatchFile, watchFile } from "node:fs";
import { readSmallFile, smallFileFault } from "../settings/small-file.ts";
import { type Entry, readCallers } from "./entry.ts";
import { sha256 } from "./new-token.ts";

const mostKb = 4096;

interface Options {
  /** For the log: what became of a file that has changed. */
  readonly told: (message: string) => void;
  /** How often the file is looked at, in milliseconds. */
  readonly everyMs?: number;
}

/** The callers of the file now in force: read at start, and again whenever the file changes. */
export class KnownCallers {
  readonly #path: string;
  readonly #told: Options["told"];
  readonly #everyMs: number;
  #entries: readonly Entry[] = [];
  #byToken: ReadonlyMap<string, Entry> = new Map();
  /** The text in force; none as long as no file has been. */
  #text: string | undefined;
  /** Why the file as it is now is not in force. */
  #fault: string | undefined;
  #again: NodeJS.Timeout | undefined;
  /** Looked at by its stat: watchers of folders miss what a symlink leads to, and what another machine writes. */
  readonly #changed: StatsListener = () => this.#readAnew();

  constructor(path: string, { told, everyMs = 1000 }: Options) {
    this.#path = path;
    this.#told = told;
    this.#everyMs = everyMs;
    this.#read();
    watchFile(path, { interval: everyMs, persistent: false }, this.#changed);
  }

  /** Why no file has been in force yet: the end of a sentence about SORA_CALLERS. */
  get fault(): string | undefined {
    return this.#text === undefined ? this.#fault : undefined;
  }

  /** A new array each time that the file was read with another content. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get count(): number {
    return this.#entries.length;
  }

  withToken(token: string): Entry | undefined {
    return this.#byToken.get(sha256(token));
  }

  /** The first whose claims all hold. */
  withClaims(claims: Readonly<Record<string, unknown>>): Entry | undefined {
    return this.#entries.find(
      (entry) =>
        entry.claims && Object.entries(entry.claims).every(([name, value]) => holds(claims, name, value)),
    );
  }

  close(): void {
    unwatchFile(this.#path, this.#changed);
    clearTimeout(this.#again);
  }

  #readAnew(): void {
    const before = this.#fault;
    const isOther = this.#read();
    if (this.#fault !== undefined) {
      if (this.#fault !== before)
        this.#told(`The file of callers is not in force: ${this.#fault}. ${this.#now}`);
    } else if (isOther || before !== undefined) this.#told(`The file of callers was read anew. ${this.#now}`);
  }

  get #now(): string {
    return this.#text === undefined ? "No other has been." : `Callers in force: ${this.count}.`;
  }

  /** Whether its content is another one, and now in force. */
  #read(): boolean {
    const before = this.#text;
    this.#fault = this.#take();
    const isOther = this.#text !== before;
    clearTimeout(this.#again);
    // Once more: what is written in the moment of the change, or before the first stat, need not change the stat. And
    // what could not be read because of something else, such as too many open files, does not change it either.
    if (isOther || this.#fault !== undefined) {
      this.#again = setTimeout(() => this.#readAnew(), this.#everyMs).unref();
    }
    return isOther;
  }

  /** Puts the file into force, or says why not. */
  #take(): string | undefined {
    let text: string;
    try {
      text = readSmallFile(this.#path, mostKb);
    } catch (error) {
      return smallFileFault(error, "there is no such file");
    }
    if (text === this.#text) return undefined;
    const read = readCallers(text);
    if ("fault" in read) return read.fault;
    this.#text = text;
    this.#entries = read.entries;
    this.#byToken = new Map(
      read.entries.flatMap((entry) => (entry.tokenSha256 === undefined ? [] : [[entry.tokenSha256, entry]])),
    );
    return undefined;
  }
}

/** Whether a claim is, or has among its own, a value; scopes are one text with blanks between (RFC 8693, section 4.2). */
function holds(claims: Readonly<Record<string, unknown>>, name: string, value: unknown): boolean {
  const given = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (given === value) return true;
  if (Array.isArray(given)) return given.includes(value);
  return name === "scope" && typeof given === "string" && given.split(" ").some((scope) => scope === value);
}
