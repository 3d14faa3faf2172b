import { readFileSync } from "node:fs";
import MiniSearch from "minisearch";
import { StdioProcess } from "../stdio-process.mjs";

/** What people ask for, and which tools are right for it: written by somebody who had seen no more of the tools than names. */
const requests = JSON.parse(readFileSync(new URL("requests.json", import.meta.url), "utf8"));

const firstFew = 5;

/** A search by the words of a request (BM25), as clients make it that show their model no more than what it finds. */
function searchOver(tools) {
  const search = new MiniSearch({ idField: "name", fields: ["text"] });
  search.addAll(
    tools.map(({ name, title, description, _meta }) => {
      const hint = _meta?.["anthropic/searchHint"] ?? "";
      return { name, text: [name, title, description, hint].join("\n") };
    }),
  );
  return (request) => search.search(request).map(({ id }) => id);
}

/** For how many everyday requests a search finds a right tool among the first five, and which it finds for the others. */
export async function measureSearch(server) {
  const child = new StdioProcess(server);
  const tools = await child.open().finally(() => child.end());
  const search = searchOver(tools);
  const missed = [];
  for (const { request, tools: right } of requests) {
    const found = search(request).slice(0, firstFew);
    if (!found.some((name) => right.includes(name))) missed.push({ request, right, found });
  }
  return { requests: requests.length, found: requests.length - missed.length, missed };
}
