import { z } from "zod";
import { canonicalJson, isObject } from "../json.ts";
import { api } from "./api.ts";
import { mostListed } from "./connections.ts";
import { listOf, undocumented } from "./shapes.ts";
import type { Affected, Line, SoraReads } from "./tool.ts";

const include_all_known_nodes = z.boolean().describe("Also lost nodes; up to Sora 2024.1").optional();

export const listClusterNodes = api({
  operation: "ListClusterNodes",
  version: "20211215",
  kind: "read",
  scope: "server",
  since: "2021.2",
  bodyless: true,
  title: "List cluster nodes",
  description: "Lists the nodes of the cluster: version, mode, connected or not.",
  input: z.object({ include_all_known_nodes }).strict(),
  shape(response) {
    const nodes = listOf(response);
    return { total: nodes.length, nodes };
  },
});

type Node = Readonly<Record<string, unknown>>;

/** The node that a call would throw out of the cluster. Throws `bad_response`. */
export async function nodePurged(
  sora: SoraReads,
  { target_node_name }: { readonly target_node_name: string },
): Promise<Affected> {
  const nodes = (await nodesOf(sora)).filter((node) => nameOf(node) === target_node_name);
  return affected(withNamed(nodes, [target_node_name]), []);
}

/** The nodes that are in the cluster now, and those that a call would put into it. Throws `bad_response`. */
export async function nodesInitialized(
  sora: SoraReads,
  { node_name_list }: { readonly node_name_list: readonly string[] },
): Promise<Affected> {
  const nodes = await nodesOf(sora);
  return affected(withNamed(nodes, node_name_list), [
    ["Nodes of the new cluster", node_name_list],
    ["Nodes of the cluster now", nodes.map(nameOf)],
  ]);
}

/** Those that a call names are hit also where Sora does not list them: before 2023.2 it leaves out nodes that are lost. */
function withNamed(nodes: readonly Node[], names: readonly string[]): readonly Node[] {
  const listed = new Set(nodes.map(nameOf));
  const others = [...new Set(names)].filter((name) => !listed.has(name));
  return [...nodes, ...others.map((node_name) => ({ node_name }))];
}

async function nodesOf(sora: SoraReads): Promise<readonly Node[]> {
  const nodes = listOf(await sora.read(listClusterNodes.target));
  if (!nodes.every(isObject)) throw undocumented("Sora listed something other than nodes.");
  return nodes;
}

function affected(nodes: readonly Node[], lines: readonly Line[]): Affected {
  const names = nodes.map(nameOf);
  const shown = nodes.map((node) => ({
    node_name: nameOf(node),
    mode: node.mode,
    connected: node.connected,
  }));
  return {
    lines: [["Nodes hit", names.length], ...lines],
    units: names,
    values: () => shown.map(canonicalJson),
    // How many were on a node is not known.
    cut: 0,
    summary: {
      total: nodes.length,
      nodes: shown.slice(0, mostListed),
    },
  };
}

/** Older releases name the key otherwise. */
function nameOf({ node_name, cluster_node_name }: Node): string {
  const name = node_name ?? cluster_node_name;
  return typeof name === "string" ? name : "?";
}
