import { Refusal } from "../errors.ts";
import { type Config, remedy } from "../settings/config.ts";
import type { Tool } from "../tools/tool.ts";

/** The tools that exist under these settings: the others are neither listed nor callable. */
export function existingTools<Entry extends Pick<Tool, "toolset" | "kind">>(
  tools: readonly Entry[],
  { toolsets, readOnly }: Config,
): Entry[] {
  return tools.filter((tool) => toolsets.includes(tool.toolset) && (!readOnly || tool.kind === "read"));
}

/** Throws `not_configured` while a setting is missing or not understood. */
export function assertConfigured({ problems }: Config): void {
  if (problems.length === 0) return;
  throw new Refusal(
    "not_configured",
    `Nothing was sent. ${problems.map(({ message }) => message).join(" ")}`,
    { hint: `${remedy(problems)} in the settings of this MCP server, then restart it.` },
  );
}

/** Throws `channel_not_allowed` when SORA_CHANNELS is set and a call names another channel, or none. */
export function assertChannelsAllowed(config: Config, named: readonly string[]): void {
  const isNamed = config.channels === undefined || named.length > 0;
  if (isNamed && named.every((channel) => isChannelAllowed(config, channel))) return;
  throw new Refusal("channel_not_allowed", "SORA_CHANNELS does not allow this channel. Nothing was sent.", {
    hint: "Only the operator of this server can allow another channel.",
  });
}

/** Whether SORA_CHANNELS, if set, has a pattern for the channel. */
export function isChannelAllowed({ channels }: Config, channelId: string): boolean {
  return channels === undefined || channels.some((pattern) => matches(pattern, channelId));
}

/** `*` matches any run of characters. Not a RegExp: many stars against a long id would take it seconds. */
function matches(pattern: string, id: string): boolean {
  const [start = "", ...rest] = pattern.split("*");
  const end = rest.pop();
  if (end === undefined) return id === pattern;
  if (!id.startsWith(start) || !id.endsWith(end)) return false;
  let from = start.length;
  for (const part of rest) {
    const at = id.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return from <= id.length - end.length;
}
