import { Queue } from "./queue.ts";

interface Share {
  readonly queue: Queue;
  /** Its tasks that run or wait. */
  tasks: number;
}

/**
 * A queue of which no caller takes more than half. What a caller asks for beyond that is not in line with the others yet:
 * it joins at the end once an earlier task of the same caller has ended.
 */
export class SharedQueue {
  readonly #line: Queue;
  readonly #half: number;
  /** Of those callers that have a task. */
  readonly #shares = new Map<object, Share>();

  constructor(places: number) {
    this.#line = new Queue(places);
    this.#half = places / 2;
  }

  /** Runs the task once there is a place for it. Callers are told apart by identity; without one, any place will do. */
  async run<Result>(task: () => Promise<Result>, signal: AbortSignal, caller?: object): Promise<Result> {
    const inLine = () => this.#line.run(task, signal);
    if (caller === undefined) return inLine();
    const share = this.#shares.get(caller) ?? { queue: new Queue(this.#half), tasks: 0 };
    this.#shares.set(caller, share);
    share.tasks += 1;
    try {
      return await share.queue.run(inLine, signal);
    } finally {
      share.tasks -= 1;
      if (share.tasks === 0) this.#shares.delete(caller);
    }
  }
}
