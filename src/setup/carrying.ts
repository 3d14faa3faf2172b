import { posix, win32 } from "node:path";
import { visibleText } from "../text.ts";
import type { Flags, Machine, Server } from "./server.ts";

/** Clients fill such parts in before they start a server, each its own: the server might get other limits. */
const filledIn = /\$[a-z_{]|\{(env|file):/i;

/** Why what was given cannot reach a server through a client as it is: a sentence; undefined when it can. */
export function carryingFault(machine: Machine, flags: Flags, server: Server): string | undefined {
  const { isAbsolute } = machine.platform === "win32" ? win32 : posix;
  if (!isAbsolute(machine.home)) return "Your home folder is not known: set HOME to its whole path.";
  if (!isAbsolute(machine.cwd)) return "The folder that this was started in is gone: start it in another.";
  for (const [flag, value] of Object.entries(flags)) {
    if (typeof value === "string" && filledIn.test(value))
      return `--${flag} has a part that clients fill in, such as $NAME, \${NAME} or {env:NAME}: it cannot be handed on.`;
  }
  const words = [server.command, ...server.args, machine.home];
  const torn = words.find((word) => /\p{Cc}/u.test(word));
  if (torn === undefined) return undefined;
  return `${visibleText(JSON.stringify(torn))} has control characters, which no line for a terminal can hand on.`;
}
