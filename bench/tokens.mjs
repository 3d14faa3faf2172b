import { getEncoding } from "js-tiktoken";
import { StdioProcess } from "./stdio-process.mjs";

const cl100k = getEncoding("cl100k_base");

/** cl100k tokens of a value as compact JSON. */
export const tokensOf = (value) => cl100k.encode(JSON.stringify(value), [], []).length;

/** The Soras for which this server's list is counted: what stands in front of each, and what it is started with. */
export const soras = {
  labo: [],
  cloud: ["--release", "cloud"],
  2025.2: ["--release", "2025.2"],
  "2025.2, all toolsets": ["--release", "2025.2", "--toolsets", "all"],
};

/** What the answer to `tools/list` costs a conversation, whole and without what most clients keep from the model. */
export async function measureToolList(server) {
  const child = new StdioProcess(server);
  const tools = await child.open().finally(() => child.end());
  const shown = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  const each = tools.map((tool) => ({ name: tool.name, tokens: tokensOf(tool) }));
  const [largest] = [...each].sort((left, right) => right.tokens - left.tokens);
  return { tools: tools.length, full: tokensOf(tools), shown: tokensOf(shown), largest, each };
}
