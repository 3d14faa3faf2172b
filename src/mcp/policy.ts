import { Refusal } from "../errors.ts";
import { isObject } from "../json.ts";
import { type Config, remedy } from "../settings/config.ts";
import { SoraFailure } from "../sora/errors.ts";
import type { Scope, Tool } from "../tools/tool.ts";
import { isOffered } from "./edition.ts";

export type ChannelLimit = Pick<Config, "channels" | "callerChannels">;

/** The tools that exist under these settings: the others are neither listed nor callable. */
export function existingTools<Entry extends Pick<Tool, "toolset" | "kind" | "scope" | "since" | "removed">>(
  tools: readonly Entry[],
  config: Config,
): Entry[] {
  const { release, toolsets, readOnly } = config;
  return tools.filter(
    (tool) =>
      isOffered(tool, release) &&
      toolsets.includes(tool.toolset) &&
      (!readOnly || tool.kind === "read") &&
      (isAnyChannelAllowed(config) || tool.scope !== "server"),
  );
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

/**
 * Throws `channel_not_allowed` when channels are limited and a call names one that is not allowed, or none although it is
 * about one.
 */
export function assertChannelsAllowed(config: ChannelLimit, scope: Scope, named: readonly string[]): void {
  const isNamed = isAnyChannelAllowed(config) || scope === "channels" || named.length > 0;
  if (isNamed && named.every((channel) => isChannelAllowed(config, channel))) return;
  const isOwnLimit = isNamed && named.every((channel) => isAmong(config.channels, channel));
  const who = isOwnLimit ? "This caller's channels do" : "SORA_CHANNELS does";
  throw new Refusal("channel_not_allowed", `${who} not allow this channel. Nothing was sent.`, {
    hint: "Only the operator of this server can allow another channel.",
  });
}

function isAnyChannelAllowed({ channels, callerChannels }: ChannelLimit): boolean {
  return channels === undefined && callerChannels === undefined;
}

/** Whether SORA_CHANNELS and the caller's own channels, where there are any, have a pattern for the channel. */
export function isChannelAllowed({ channels, callerChannels }: ChannelLimit, channelId: string): boolean {
  return isAmong(channels, channelId) && isAmong(callerChannels, channelId);
}

function isAmong(patterns: readonly string[] | undefined, channelId: string): boolean {
  return patterns === undefined || patterns.some((pattern) => matches(pattern, channelId));
}

/**
 * What is left of Sora's answer under SORA_CHANNELS: of a list the entries of such channels; those that do not say of
 * which they are only where the call named the channel. Throws `bad_response` for anything else about another channel.
 */
export function ofAllowedChannels(limit: ChannelLimit, answer: unknown, isNamed: boolean): unknown {
  if (isAnyChannelAllowed(limit)) return answer;
  const isAllowed = (entry: unknown) =>
    isObject(entry) && typeof entry.channel_id === "string"
      ? isChannelAllowed(limit, entry.channel_id)
      : isNamed;
  if (Array.isArray(answer)) return answer.filter(isAllowed);
  if (!isObject(answer) || answer.channel_id === undefined || isAllowed(answer)) return answer;
  throw new SoraFailure("bad_response", "Sora answered about a channel that SORA_CHANNELS does not allow.");
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
