import { isObject } from "../json.ts";
import type { AuditLine } from "./audit-log.ts";

/** What a client has said of itself. */
export interface Said {
  readonly client: AuditLine["client"];
  readonly showsApps: boolean;
}

/** The tool behind the panel. */
export const panelName = "sora_panel";

const extension = "io.modelcontextprotocol/ui";

/** What the server says of itself to a client that shows MCP Apps. */
export const appCapabilities = { resources: {}, extensions: { [extension]: {} } };

/**
 * Whether a client says of itself that it shows MCP Apps
 * (https://github.com/modelcontextprotocol/ext-apps/blob/main/specification/2026-01-26/apps.mdx).
 */
export function showsApps(capabilities: unknown): boolean {
  const { extensions } = isObject(capabilities) ? capabilities : {};
  const app = isObject(extensions) ? extensions[extension] : undefined;
  const types = isObject(app) ? (app.mimeTypes ?? []) : undefined;
  return Array.isArray(types) && (types.length === 0 || types.includes("text/html;profile=mcp-app"));
}
