/** Bytes that are held at once, of all callers and of one. */
const most = { ofAll: 64_000_000, ofOne: 32_000_000 };

/** How much is held of the bodies of requests, and of answers that their clients have not taken yet. */
export class Room {
  #taken = 0;
  /** Of those callers that have some. */
  readonly #takenBy = new Map<string, number>();

  take(caller: string, bytes: number): void {
    const before = this.#takenBy.get(caller) ?? 0;
    const after = before + bytes;
    if (after === 0) this.#takenBy.delete(caller);
    else this.#takenBy.set(caller, after);
    // Whoever has more than its share takes nothing from the others'.
    this.#taken += Math.min(after, most.ofOne) - Math.min(before, most.ofOne);
  }

  leave(caller: string, bytes: number): void {
    this.take(caller, -bytes);
  }

  isFull(caller: string): boolean {
    return this.#taken > most.ofAll || (this.#takenBy.get(caller) ?? 0) > most.ofOne;
  }
}
