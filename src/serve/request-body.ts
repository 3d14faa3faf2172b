import type { IncomingMessage } from "node:http";

/** Bytes of one body, the most that Sora itself takes, and of all that are held at once. */
const mostBytes = 8_000_000;
const mostHeld = 200_000_000;

/** Why a body is not read: it is too large, others take all the room, or its sender went away. */
export type BodyFault = "too large" | "no room" | "gone";

/** Reads the bodies of requests, and knows how much of them is held at the moment. */
export class Bodies {
  #held = 0;

  /** What `use` makes of the text of a body, or why there is none. The body counts as held until then. */
  async read<Result>(
    request: IncomingMessage,
    use: (text: string) => Promise<Result>,
  ): Promise<Result | BodyFault> {
    if (Number(request.headers["content-length"] ?? 0) > mostBytes) return "too large";
    const chunks: Buffer[] = [];
    let length = 0;
    try {
      for await (const chunk of request.iterator({ destroyOnReturn: false })) {
        if (!Buffer.isBuffer(chunk)) continue;
        length += chunk.length;
        this.#held += chunk.length;
        if (length > mostBytes) return "too large";
        if (this.#held > mostHeld) return "no room";
        chunks.push(chunk);
      }
      return await use(Buffer.concat(chunks).toString());
    } catch (error) {
      if (request.complete) throw error;
      return "gone";
    } finally {
      this.#held -= length;
    }
  }
}
