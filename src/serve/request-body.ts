import type { Exchange } from "./exchange.ts";

/** Bytes of one body, the most that Sora itself takes. */
const mostBytes = 8_000_000;

/** Why a body is not read: it is too large, there is no room for it, or its sender went away. */
export type BodyFault = "too large" | "no room" | "gone";

/**
 * What `answer` makes of the text of a body, or why there is none. Until then the body takes room, and after it what the
 * client has not taken yet of the answer.
 */
export async function readBody<Result>(
  { request, response, caller, room }: Exchange,
  answer: (text: string) => Promise<Result>,
): Promise<Result | BodyFault> {
  if (Number(request.headers["content-length"] ?? 0) > mostBytes) return "too large";
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) continue;
      length += chunk.length;
      room.take(caller, chunk.length);
      if (length > mostBytes) return "too large";
      if (room.isFull(caller)) return "no room";
      chunks.push(chunk);
    }
    return await answer(Buffer.concat(chunks).toString());
  } catch (error) {
    if (request.complete) throw error;
    return "gone";
  } finally {
    room.leave(caller, length);
    const unread = response.writableLength;
    if (unread > 0 && !response.closed) {
      room.take(caller, unread);
      response.once("close", () => room.leave(caller, unread));
    }
  }
}
