import { diagnose } from "./diagnose.ts";
import { listActions } from "./list-actions.ts";
import { mute } from "./mute.ts";
import { overview } from "./overview.ts";
import { unmute } from "./unmute.ts";
import { wait } from "./wait.ts";

/** What moderators do, in the order of their work. */
export const moderationTools = [overview, wait, diagnose, mute, unmute, listActions] as const;
