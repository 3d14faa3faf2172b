import { isObject } from "../../json.ts";
import { roles } from "../../tools/fields.ts";
import { oldestFirst } from "../../tools/pages.ts";
import { listOf } from "../../tools/shapes.ts";
import { type Member, membersIn } from "../audience.ts";

/** A connection, as far as it matters how well it works. */
export interface Participant extends Member {
  readonly role: (typeof roles)[number] | undefined;
  /** In a channel of this kind, not everything that is sent is forwarded. */
  readonly isSpotlight: boolean;
}

/** The connections in an answer of ListChannelConnections, the oldest first. Throws `bad_response`. */
export function participantsIn(answer: unknown): readonly Participant[] {
  return oldestFirst(listOf(answer)).flatMap((connection) =>
    membersIn([connection]).map((member) => {
      const { role, spotlight } = isObject(connection) ? connection : {};
      return { ...member, role: roles.find((known) => known === role), isSpotlight: spotlight === true };
    }),
  );
}
