import type { Config } from "../settings/config.ts";
import { type catalog, confirmingProperties } from "./catalog.ts";
import { descriptionIn } from "./edition.ts";

/**
 * By this, Claude Code asks its person each time, and refuses where there is none. Seen in version 2.1.332; in no document
 * of its.
 */
const asksPerson = { "anthropic/requiresUserInteraction": true };

/** A tool as `tools/list` tells of it under these settings. */
export function listedTool(
  { listed, kind, ending }: (typeof catalog)[number],
  { release, confirm }: Pick<Config, "release" | "confirm">,
) {
  const described = { ...listed, description: descriptionIn(listed.description, ending, release) };
  if (kind !== "destructive") return described;
  const { inputSchema } = listed;
  const properties = { ...inputSchema.properties, ...confirmingProperties[confirm] };
  return {
    ...described,
    inputSchema: { ...inputSchema, properties },
    ...(confirm === "ask" && { _meta: { ...described._meta, ...asksPerson } }),
  };
}
