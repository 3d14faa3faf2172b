import { nothingDone, Refusal } from "../errors.ts";
import type { Config } from "../settings/config.ts";

const hourMs = 60 * 60_000;
const onlyOperator = "Only the operator of this server can raise the limit.";

/** A limit that stands in the way: why, and when or how a call would pass. */
export interface Reached {
  readonly why: string;
  readonly hint: string;
}

/** The destructive calls that a caller has carried out in the last 60 minutes, and those under way. */
export class Hour {
  readonly #now: () => number;
  /** When the calls that were carried out had ended, oldest first. */
  readonly #ended: number[] = [];
  #underWay = 0;

  /** `now` is a clock that nobody sets, in milliseconds. */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** How many there are. */
  count(): number {
    const now = this.#now();
    while (this.#ended[0] !== undefined && now - this.#ended[0] >= hourMs) this.#ended.shift();
    return this.#ended.length + this.#underWay;
  }

  /** After how many milliseconds there is one less; an hour, if nothing of what is under way ends before. */
  leftMs(): number {
    const now = this.#now();
    return (this.#ended[0] ?? now) + hourMs - now;
  }

  /** One more is under way. What this returns is to be told, once it has ended, whether it may have been carried out. */
  begin(): (wasCarriedOut: boolean) => void {
    this.#underWay += 1;
    return (wasCarriedOut) => {
      this.#underWay -= 1;
      // Counted from its end: when in the meantime it reached Sora is not known.
      if (wasCarriedOut) this.#ended.push(this.#now());
      this.count();
    };
  }
}

/** How much destructive calls may do: SORA_MAX_AFFECTED at once, SORA_MAX_DESTRUCTIVE_PER_HOUR in any 60 minutes. */
export class Limits {
  readonly #maxAffected: number | undefined;
  readonly #maxPerHour: number | undefined;
  readonly #hour: Hour;

  constructor(
    { maxAffected, maxDestructivePerHour }: Pick<Config, "maxAffected" | "maxDestructivePerHour">,
    hour = new Hour(),
  ) {
    this.#maxAffected = maxAffected;
    this.#maxPerHour = maxDestructivePerHour;
    this.#hour = hour;
  }

  /** Whether it matters how many connections a call cuts. */
  get countsAffected(): boolean {
    return this.#maxAffected !== undefined;
  }

  /**
   * Which limit forbids a call that cuts so many connections now; undefined when none does. `own` places of the hour are
   * its own, and about to be free again.
   */
  reached(cut: number, own = 0): Reached | undefined {
    return this.#tooMany(cut) ?? this.#tooOften(own);
  }

  /** Throws `limit_reached` when the hour has no place for one call more. */
  assertHour(): void {
    refuseIf(this.#tooOften());
  }

  /** Throws `limit_reached` when so many connections may not be cut at once. */
  assertAffected(cut: number): void {
    refuseIf(this.#tooMany(cut));
  }

  /**
   * Takes one of the places of the hour, for a call about to be sent. What it returns is to be told, once the call has
   * ended, whether it may have been carried out: if not, the place is free again. Throws `limit_reached`.
   */
  take(): (wasCarriedOut: boolean) => void {
    refuseIf(this.#tooOften());
    return this.#hour.begin();
  }

  #tooMany(cut: number): Reached | undefined {
    const most = this.#maxAffected;
    if (most === undefined || cut <= most) return undefined;
    const why = `This would cut off ${counted(cut, "connection")}, and SORA_MAX_AFFECTED allows ${most} at once.`;
    return { why, hint: `That is ${cut - most} too many. ${onlyOperator}` };
  }

  #tooOften(own = 0): Reached | undefined {
    const most = this.#maxPerHour;
    if (most === undefined) return undefined;
    if (this.#hour.count() - own < most) return undefined;
    if (most === 0) {
      return { why: "SORA_MAX_DESTRUCTIVE_PER_HOUR allows no destructive call.", hint: onlyOperator };
    }
    const allowed = counted(most, "destructive call");
    const wait = duration(this.#hour.leftMs());
    return {
      why: `SORA_MAX_DESTRUCTIVE_PER_HOUR allows ${allowed} in any 60 minutes, and so many were carried out or are under way.`,
      // What is under way counts, and gives its place back if Sora refuses it.
      hint: `The next may come in ${wait}${this.#hour.underWay > 0 ? " at the latest" : ""}.`,
    };
  }
}

function refuseIf(reached: Reached | undefined): void {
  if (!reached) return;
  throw new Refusal("limit_reached", `${reached.why} ${nothingDone}`, { hint: reached.hint });
}

function counted(count: number, things: string): string {
  return `${count} ${things}${count === 1 ? "" : "s"}`;
}

/** Rounded up, so that who waits as long has waited enough. */
function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 120 ? counted(seconds, "second") : counted(Math.ceil(seconds / 60), "minute");
}
