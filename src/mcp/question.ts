import { isObject } from "../json.ts";
import { visibleText } from "../text.ts";
import type { Affected, Tool, ToolArguments } from "../tools/tool.ts";

const mostClientIds = 5;
const mostKeys = 5;
const longestId = 64;

/** What the call names, how many it hits and who they are: what a person needs to say yes or no. */
export function question(tool: Tool, args: ToolArguments, { connections, ...affected }: Affected): string {
  const named = {
    Channel: args.channel_id,
    Connection: args.connection_id,
    Client: args.client_id,
    Role: args.role,
    "Metadata key": args.key,
  };
  const clientIds = [...new Set(connections.map(({ client_id }) => client_id))].filter(
    (id) => typeof id === "string",
  );
  return [
    `${tool.title} (${tool.name})?`,
    ...Object.entries(named).flatMap(([label, id]) => (id === undefined ? [] : [`${label}: ${quoted(id)}`])),
    `Connections hit: ${connections.length}`,
    ...(clientIds.length === 0 ? [] : [`Clients: ${some(clientIds, mostClientIds)}`]),
    ...("metadata" in affected ? [`Metadata lost: ${lost(affected.metadata)}`] : []),
  ].join("\n");
}

/** The keys of metadata, or what there is if it has none. */
function lost(metadata: unknown): string {
  if (!isObject(metadata)) return metadata === null ? "none" : quoted(JSON.stringify(metadata));
  const keys = Object.keys(metadata);
  return keys.length === 0 ? "none" : some(keys, mostKeys);
}

function some(texts: readonly string[], most: number): string {
  const more = texts.length > most ? `, and ${texts.length - most} more` : "";
  return texts.slice(0, most).map(quoted).join(", ") + more;
}

/** Ids are other people's text: quoted, on one line, and cut. Some screens break lines at U+2028 and U+2029 too. */
function quoted(id: string): string {
  const characters = [...visibleText(id)];
  const cut =
    characters.length > longestId ? `${characters.slice(0, longestId).join("")}…` : characters.join("");
  return JSON.stringify(cut).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}
