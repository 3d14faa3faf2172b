import { IssuerFault } from "./issuer-keys.ts";

/** Milliseconds. A key that the issuer no longer has counts for so long at most. */
const longestKept = 600_000;

/** Between two loads because of keys that are not among those kept: anyone can name such a key. */
const renewalPause = 30_000;

/** After a load that failed. */
const failurePause = 1000;

interface Options<Keys> {
  /** Throws an `IssuerFault`. */
  readonly load: () => Promise<Keys>;
  /** For the log: once when keys cannot be had, and once when they can again. */
  readonly told: (message: string) => void;
  /** Milliseconds, from any time on. */
  readonly now: () => number;
}

/** The keys of an issuer: loaded when first needed, by one at a time, and again when they are old or one is missing. */
export class KeptKeys<Keys> {
  readonly #load: () => Promise<Keys>;
  readonly #told: Options<Keys>["told"];
  readonly #now: () => number;
  #kept: { readonly keys: Keys; readonly since: number } | undefined;
  #loading: Promise<void> | undefined;
  #failedAt = Number.NEGATIVE_INFINITY;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #fault: string | undefined;

  constructor({ load, told, now }: Options<Keys>) {
    this.#load = load;
    this.#told = told;
    this.#now = now;
  }

  /** Undefined when they cannot be had now. */
  async current(): Promise<Keys | undefined> {
    if (!this.#fresh) await this.#loaded();
    return this.#fresh;
  }

  /** Those that replace some that lack a key: the same when it is too early to ask, undefined when they cannot be had. */
  async renewed(lacking: Keys): Promise<Keys | undefined> {
    if (this.#kept?.keys !== lacking) return this.#fresh;
    if (this.#now() - this.#renewedAt < renewalPause) return lacking;
    await this.#loaded();
    if (this.#kept.keys === lacking) return undefined;
    this.#renewedAt = this.#now();
    return this.#fresh;
  }

  get #fresh(): Keys | undefined {
    const { keys, since = 0 } = this.#kept ?? {};
    return this.#now() - since < longestKept ? keys : undefined;
  }

  /** Resolves once a load has ended, whether it succeeded or not; at once when one has just failed. */
  async #loaded(): Promise<void> {
    if (!this.#loading && this.#now() - this.#failedAt < failurePause) return;
    this.#loading ??= this.#loadAnew().finally(() => {
      this.#loading = undefined;
    });
    await this.#loading;
  }

  async #loadAnew(): Promise<void> {
    try {
      this.#kept = { keys: await this.#load(), since: this.#now() };
      if (this.#fault !== undefined) this.#told("The issuer of access tokens gives its keys again.");
      this.#fault = undefined;
    } catch (error) {
      if (!(error instanceof IssuerFault)) throw error;
      this.#failedAt = this.#now();
      if (error.message !== this.#fault) {
        this.#told(`Access tokens cannot be checked, as their issuer gives no keys: ${error.message}.`);
      }
      this.#fault = error.message;
    }
  }
}
