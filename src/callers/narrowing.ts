import type { Confirmation } from "../confirmations.ts";
import type { Config } from "../settings/config.ts";
import type { Rights } from "./entry.ts";

/** The settings as they are for somebody whose rights go no further than these: never wider than they were. */
export function narrowed(config: Config, rights: Rights): Config {
  const { channels, toolsets, readOnly = false, confirm = config.confirm } = rights;
  return {
    ...config,
    ...(channels && { callerChannels: channels }),
    toolsets: config.toolsets.filter((toolset) => toolsets === undefined || toolsets.includes(toolset)),
    readOnly: config.readOnly || readOnly,
    confirm: stricter(config.confirm, confirm),
    maxAffected: lesser(config.maxAffected, rights.maxAffected),
    maxDestructivePerHour: lesser(config.maxDestructivePerHour, rights.maxDestructivePerHour),
  };
}

/** How much each asks for. */
const strictness = { flag: 0, preview: 1, "ask,panel": 2, ask: 3 } satisfies Record<Confirmation, number>;

function stricter(one: Confirmation, other: Confirmation): Confirmation {
  return strictness[one] > strictness[other] ? one : other;
}

/** The lesser of two limits, of which each may be absent. */
function lesser(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}
