import { contract } from "../contract/index.ts";

/** One call of every tool that is valid as it stands; destructive ones without `confirm`. */
export const validCalls = contract.map(({ tool, toolset, kind, target, least }) => {
  const { channel_id: _channel, ...args } = least;
  return { tool, toolset, kind, target, /** Without `channel_id`. */ args };
});
export type ValidCall = (typeof validCalls)[number];
