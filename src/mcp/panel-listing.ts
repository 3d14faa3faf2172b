import { panelInput, panelTool } from "../panel/tool.ts";
import { toJsonSchema } from "./json-schema.ts";

const { name, title, description } = panelTool({ kindOf: () => undefined, sora: "", can: [] });

/** What clients are told of the tool behind the panel; evaluated when the package is built, as the catalog is. */
export const panelListing = { name, title, description, inputSchema: toJsonSchema(panelInput) };
