import { onOff, toolsetList } from "../settings/values.ts";
import type { Rights } from "./entry.ts";

/** What a request asks to be held to. */
export type AskedFor = { readonly rights: Rights } | { readonly fault: string };

/** Each with all that came under its name. */
type Headers = Readonly<Record<string, string[] | undefined>>;

/** The rights that a request's own headers leave, or what is wrong with these: one that is not understood may be a limit. */
export function askedFor(headers: Headers): AskedFor {
  const readOnly = read(headers["x-mcp-readonly"], onOff);
  if (readOnly === null) return { fault: "X-MCP-Readonly must be true or false, sent once." };
  const toolsets = read(headers["x-mcp-toolsets"], toolsetList);
  if (toolsets === null)
    return { fault: "X-MCP-Toolsets must be a comma-separated list of toolsets, sent once." };
  return { rights: { ...(readOnly !== undefined && { readOnly }), ...(toolsets && { toolsets }) } };
}

/** Undefined where there is nothing, null where it is not understood. */
function read<Value>(
  header: string[] | undefined,
  parse: (given: string) => Value | undefined,
): Value | undefined | null {
  const [given = "", ...more] = header ?? [];
  if (more.length > 0) return null;
  return given.trim() === "" ? undefined : (parse(given.trim()) ?? null);
}
