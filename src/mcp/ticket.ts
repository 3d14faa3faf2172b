import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import { canonicalJson } from "../json.ts";
import type { Content } from "../tools/tool.ts";
import { toldApart } from "./units.ts";

/** How long a ticket holds, in seconds. */
export const validSeconds = 120;
const validMs = validSeconds * 1000;

/** The call that a ticket is for. */
export interface TicketedCall {
  readonly tool: string;
  readonly given: Content;
  /** Who calls, in any words that tell callers apart. */
  readonly caller: string;
}

/** The key of tickets that a secret shared by replicas makes (RFC 5869); without one, a random key. */
export function ticketKeyFrom(secret: string | undefined): Buffer {
  return secret === undefined
    ? randomBytes(32)
    : Buffer.from(hkdfSync("sha256", secret, "", "sora-labo-mcp ticket", 32));
}

/** Why a ticket does not hold. */
export type Flaw = "expired" | "used" | "not for this call" | "more is hit" | "something else is hit";

/**
 * The bytes of a ticket: when it expires (milliseconds since 1970), a nonce, the seal, and then what was shown: a mark of
 * each unit or, of more than 20, one of all. Short, as a model has to copy it: 71 characters for 5 units, 171 for 20.
 */
const lengths = { expiry: 6, nonce: 6, seal: 16, unit: 5, all: 16 };
const mostMarked = 20;

/** Characters. What is far longer than any ticket is not looked at. */
const longest = 1000;

/** So many that were used are kept in mind: far more than can be used while one holds. */
const mostUsed = 10_000;

interface Parts {
  readonly expiry: Buffer;
  readonly nonce: Buffer;
  readonly seal: Buffer;
  readonly marks: Buffer;
}

/**
 * Tickets for what a preview has shown. Each holds for one call with the same arguments by the same caller, once, within
 * 120 seconds, and for nothing more than was shown. Whoever does not have the key can neither make nor change one.
 */
export class Tickets {
  readonly #key: Buffer;
  readonly #now: () => number;
  /** The seals of those that were used. */
  readonly #used = new Set<string>();

  /** `now` is in milliseconds since 1970. */
  constructor(key: Buffer = randomBytes(32), now: () => number = Date.now) {
    this.#key = key;
    this.#now = now;
  }

  /** A ticket for a call that hits exactly these units: letters, digits, `-` and `_`. */
  make(call: TicketedCall, units: readonly string[]): string {
    const expiry = Buffer.alloc(lengths.expiry);
    expiry.writeUIntBE(this.#now() + validMs, 0, lengths.expiry);
    const nonce = randomBytes(lengths.nonce);
    const marks =
      units.length > mostMarked ? this.#markOfAll(nonce, units) : Buffer.concat(this.#marks(nonce, units));
    const seal = this.#seal(call, expiry, nonce, marks);
    return Buffer.concat([expiry, nonce, seal, marks]).toString("base64url");
  }

  /**
   * Why a ticket does not hold for a call that hits these units now; undefined when it does. That some are gone that were
   * shown is no flaw, unless there were more than 20.
   */
  flaw(text: string, call: TicketedCall, units: readonly string[]): Flaw | undefined {
    const parts = partsOf(text);
    if (!parts) return "not for this call";
    const { expiry, nonce, seal, marks } = parts;
    if (!timingSafeEqual(seal, this.#seal(call, expiry, nonce, marks))) return "not for this call";
    if (this.#used.has(nameOf(seal))) return "used";
    const left = expiry.readUIntBE(0, lengths.expiry) - this.#now();
    // More than there was in the beginning: the clock was set back.
    if (left < 0 || left > validMs) return "expired";
    if (marks.length === lengths.all) {
      return marks.equals(this.#markOfAll(nonce, units)) ? undefined : "something else is hit";
    }
    const shown = new Set<string>();
    for (let at = 0; at < marks.length; at += lengths.unit) {
      shown.add(marks.toString("hex", at, at + lengths.unit));
    }
    const isShown = (mark: Buffer) => shown.has(mark.toString("hex"));
    return this.#marks(nonce, units).every(isShown) ? undefined : "more is hit";
  }

  wasUsed(text: string): boolean {
    const parts = partsOf(text);
    return parts !== undefined && this.#used.has(nameOf(parts.seal));
  }

  /** From now on it does not hold any more. */
  use(text: string): void {
    const parts = partsOf(text);
    if (parts) this.#used.add(nameOf(parts.seal));
    // Not by their time: the clock may be set back.
    const [oldest] = this.#used;
    if (this.#used.size > mostUsed && oldest !== undefined) this.#used.delete(oldest);
  }

  #marks(nonce: Buffer, units: readonly string[]): Buffer[] {
    return [...toldApart(units)].map((unit) =>
      this.#hash(["unit", nonce.toString("hex"), unit]).subarray(0, lengths.unit),
    );
  }

  #markOfAll(nonce: Buffer, units: readonly string[]): Buffer {
    const all = ["units", nonce.toString("hex")].concat(units.toSorted());
    return this.#hash(all).subarray(0, lengths.all);
  }

  #seal({ tool, given, caller }: TicketedCall, ...parts: readonly Buffer[]): Buffer {
    const sealed = parts.map((part) => part.toString("hex"));
    return this.#hash(["ticket", tool, canonicalJson(given), caller, ...sealed]).subarray(0, lengths.seal);
  }

  #hash(parts: readonly string[]): Buffer {
    return createHmac("sha256", this.#key).update(JSON.stringify(parts)).digest();
  }
}

function nameOf(seal: Buffer): string {
  return seal.toString("hex");
}

/** Takes a ticket apart; undefined for what cannot be one. Models put blanks, backticks or a full stop around it. */
function partsOf(text: string): Parts | undefined {
  if (text.length > longest) return undefined;
  const bare = text.replace(/^[\s`.。]+|[\s`.。]+$/g, "");
  const bytes = Buffer.from(bare, "base64url");
  const { expiry, nonce, seal } = lengths;
  const parts = {
    expiry: bytes.subarray(0, expiry),
    nonce: bytes.subarray(expiry, expiry + nonce),
    seal: bytes.subarray(expiry + nonce, expiry + nonce + seal),
    marks: bytes.subarray(expiry + nonce + seal),
  };
  const isWhole =
    parts.seal.length === seal &&
    (parts.marks.length === lengths.all || parts.marks.length % lengths.unit === 0);
  // Node reads what is no base64url as if it were: only what it would write itself is a ticket.
  return isWhole && bytes.toString("base64url") === bare ? parts : undefined;
}
