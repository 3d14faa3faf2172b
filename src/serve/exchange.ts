import type { IncomingMessage, ServerResponse } from "node:http";
import type { Room } from "./room.ts";

/** A request of a caller that was let in, and its response. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The key that tells callers apart. */
  readonly caller: string;
  readonly room: Room;
}
