import { ErrorCode } from "@modelcontextprotocol/sdk/types.js";
import { panelPage, panelUri } from "../panel/resource.ts";
import { annotationsOf } from "../tools/annotations.ts";
import type { listedTool } from "./listing.ts";
import { panelListing } from "./panel-listing.ts";
import { rpcError } from "./rpc-error.ts";

/** No code of JSON-RPC's own: https://modelcontextprotocol.io/specification/2025-11-25/server/resources. */
const resourceNotFound = -32002;

type ListedTool = Omit<ReturnType<typeof listedTool>, "_meta"> & { readonly _meta?: object };

/** The tools as a client that shows MCP Apps is told of them: which one the panel belongs to, and the tool behind it. */
export function withPanel(tools: readonly ListedTool[]): readonly ListedTool[] {
  const isReadOnly = tools.every(({ annotations }) => annotations.readOnlyHint);
  const panel = {
    ...panelListing,
    // By these some clients decide what to ask their person about: it is what the gravest of its buttons does.
    annotations: annotationsOf({ title: panelListing.title, kind: isReadOnly ? "read" : "destructive" }),
    _meta: { ui: { visibility: ["app"] } },
  };
  const shown = { ui: { resourceUri: panelUri } };
  return [
    ...tools.map((tool) =>
      tool.name === "sora_overview" ? { ...tool, _meta: { ...tool._meta, ...shown } } : tool,
    ),
    panel,
  ];
}

/** Answers a request about resources: there is the page, and nothing else. Throws -32002 and -32601. */
export function panelResource(method: string, { uri }: Readonly<Record<string, unknown>>) {
  switch (method) {
    case "resources/list": {
      const { text, ...page } = panelPage;
      return { resources: [{ ...page, name: "channel", title: "Channel" }] };
    }
    case "resources/templates/list":
      return { resourceTemplates: [] };
    case "resources/read":
      if (uri === panelUri) return { contents: [panelPage] };
      throw rpcError(resourceNotFound, `Resource not found. There is ${panelUri}.`);
    default:
      throw rpcError(ErrorCode.MethodNotFound, "Method not found");
  }
}
