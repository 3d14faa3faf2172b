import type { Config } from "../settings/config.ts";
import { annotationsOf } from "../tools/annotations.ts";
import { type catalog, confirmingProperties } from "./catalog.ts";
import { descriptionIn } from "./edition.ts";

/**
 * By this, Claude Code asks its person each time, and refuses where there is none. Seen in version 2.1.332; in no document
 * of its.
 */
const asksPerson = { "anthropic/requiresUserInteraction": true };

/** A tool as `tools/list` tells of it under these settings. */
export function listedTool(
  { listed, ending, ...effect }: (typeof catalog)[number],
  { release, confirm }: Pick<Config, "release" | "confirm">,
) {
  const { _meta, ...told } = listed;
  const described = {
    ...told,
    description: descriptionIn(listed.description, ending, release),
    annotations: annotationsOf({ title: listed.title, ...effect }),
    ...(_meta && { _meta }),
  };
  if (effect.kind !== "destructive") return described;
  const { inputSchema } = listed;
  const properties = { ...inputSchema.properties, ...confirmingProperties[confirm] };
  return {
    ...described,
    inputSchema: { ...inputSchema, properties },
    ...(confirm.startsWith("ask") && { _meta: { ..._meta, ...asksPerson } }),
  };
}
