import { certainlyNotReached, FailureAfterRedirect, isConnectionFailure } from "./failures.ts";
import { type Outcome, retryAfterMs } from "./retry.ts";

/** The nodes of one cluster. None is special: calls begin with the one that worked last. */
export class Nodes {
  readonly all: readonly URL[];
  #preferred: URL;

  constructor(first: URL, others: readonly URL[] = []) {
    this.all = [first, ...others];
    this.#preferred = first;
  }

  get preferred(): URL {
    return this.#preferred;
  }

  /** Whether a URL belongs to one of them, and so may be told the key. */
  include({ origin }: URL): boolean {
    return this.all.some((node) => node.origin === origin);
  }

  /** Prefers the next one from now on, unless another call has seen to that already. */
  leave(node: URL): void {
    if (node !== this.#preferred) return;
    this.#preferred = this.all[(this.all.indexOf(node) + 1) % this.all.length] ?? node;
  }
}

/** One call's way through the nodes: which one it is sent to, and whether another may be asked after that. */
export class Route {
  /** Where it was sent last, or is going to be. */
  node: URL;
  readonly #nodes: Nodes;
  readonly #retryable: boolean;
  readonly #failed = new Set<URL>();
  /** A node that has answered a call that is no read keeps it: another may not know what became of it. */
  #isBound = false;

  constructor(nodes: Nodes, retryable: boolean) {
    this.#nodes = nodes;
    this.#retryable = retryable;
    this.node = nodes.preferred;
  }

  /** How many nodes have failed this call. */
  get failed(): number {
    return this.#failed.size;
  }

  /** Turns to the node that is to be asked now. */
  turn(): void {
    const { all, preferred } = this.#nodes;
    if (this.#isBound) return;
    const other = this.#failed.has(preferred) ? all.find((node) => !this.#failed.has(node)) : undefined;
    this.node = other ?? preferred;
  }

  /** Learns what came of the call at its node. Whether it goes to another one at once. */
  goesOn(outcome: Outcome, timedOut: boolean): boolean {
    const { node } = this;
    const isAnswered = "status" in outcome;
    const isRedirected = !isAnswered && outcome.error instanceof FailureAfterRedirect;
    if (isAnswered && !this.#retryable) this.#isBound = true;
    if (!hasFailed(outcome)) {
      // It may hang for good: the next call is not to wait for it too.
      if (timedOut && !isAnswered && !isRedirected) this.#nodes.leave(node);
      return false;
    }
    this.#failed.add(node);
    const isAnyLeft = this.failed < this.#nodes.all.length;
    const isAskedAgain = isAnswered && retryAfterMs(outcome.retryAfter) !== undefined && !isAnyLeft;
    // Behind a redirect it is another one that has failed.
    if (!isAskedAgain && !isRedirected) this.#nodes.leave(node);
    const isSafe = this.#retryable || (!isAnswered && certainlyNotReached(outcome.error));
    return isAnyLeft && isSafe && !this.#isBound;
  }
}

/** Whether another node may do what this one did not. 429 is not among it: all of them would say so. */
function hasFailed(outcome: Outcome): boolean {
  if ("status" in outcome) return [502, 503, 504].includes(outcome.status);
  return isConnectionFailure(outcome.error) || certainlyNotReached(outcome.error);
}
