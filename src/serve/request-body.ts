import type { IncomingMessage, ServerResponse } from "node:http";

/** Bytes of one body, the most that Sora itself takes. */
const mostBytes = 8_000_000;

/** Why a body is not read: it is too large, others take all the room, or its sender went away. */
export type BodyFault = "too large" | "no room" | "gone";

/** Reads the bodies of requests while there is room for them. */
export class Bodies {
  readonly #room = new Room();

  /**
   * What `answer` makes of the text of a body, or why there is none. Until then the body takes room, and after it what the
   * client has not taken yet of the answer.
   */
  async read<Result>(
    request: IncomingMessage,
    response: ServerResponse,
    caller: string,
    answer: (text: string) => Promise<Result>,
  ): Promise<Result | BodyFault> {
    if (Number(request.headers["content-length"] ?? 0) > mostBytes) return "too large";
    const chunks: Buffer[] = [];
    let length = 0;
    try {
      for await (const chunk of request.iterator({ destroyOnReturn: false })) {
        if (!Buffer.isBuffer(chunk)) continue;
        length += chunk.length;
        this.#room.take(caller, chunk.length);
        if (length > mostBytes) return "too large";
        if (this.#room.isFull(caller)) return "no room";
        chunks.push(chunk);
      }
      return await answer(Buffer.concat(chunks).toString());
    } catch (error) {
      if (request.complete) throw error;
      return "gone";
    } finally {
      this.#room.leave(caller, length);
      const unread = response.writableLength;
      if (unread > 0 && !response.closed) {
        this.#room.take(caller, unread);
        response.on("close", () => this.#room.leave(caller, unread));
      }
    }
  }
}

/** Bytes that are held at once, of all callers and of one. */
const most = { ofAll: 64_000_000, ofOne: 32_000_000 };

class Room {
  #taken = 0;
  /** Of those that have some. */
  readonly #takenBy = new Map<string, number>();

  take(caller: string, bytes: number): void {
    const before = this.#takenBy.get(caller) ?? 0;
    const after = before + bytes;
    if (after === 0) this.#takenBy.delete(caller);
    else this.#takenBy.set(caller, after);
    // Whoever has more than its share, as large answers to small bodies may come to, takes nothing from the others'.
    this.#taken += Math.min(after, most.ofOne) - Math.min(before, most.ofOne);
  }

  leave(caller: string, bytes: number): void {
    this.take(caller, -bytes);
  }

  isFull(caller: string): boolean {
    return this.#taken > most.ofAll || (this.#takenBy.get(caller) ?? 0) > most.ofOne;
  }
}
