import { loadConfig } from "../src/settings/load.ts";
import { settings } from "../src/settings/settings.ts";
import { clients } from "../src/setup/clients.ts";
import { type Flags, type Machine, serverOn } from "../src/setup/server.ts";
import { soraCloud } from "../src/sora/url.ts";

const machine: Machine = {
  platform: "linux",
  home: "/path/to/home",
  cwd: "/path/to",
  node: "node",
  script: "/path/to/sora-labo-mcp/dist/cli.js",
};

/** What `setup` prints for each client, on a machine whose paths are to be filled in: for Sora Cloud, and for a Sora of one's own. */
export function clientSnippets(): Readonly<Record<string, string>> {
  const ownSora: Flags = { "api-url": "http://127.0.0.1:3000/", release: "2025.2" };
  return Object.fromEntries(
    Object.entries(clients).flatMap(([name, { snippets }]) => {
      const blocks = (flags: Flags) => snippets(server(flags), machine).map(({ text }) => fenced(text));
      const [shortest = ""] = blocks(ownSora);
      return [
        [`${name}-cloud`, blocks({}).join("\n\n")],
        [`${name}-own`, shortest],
      ];
    }),
  );
}

function server(flags: Flags) {
  return serverOn(
    machine,
    flags,
    loadConfig({ env: { [settings.apiUrl.variable]: soraCloud }, flags, readFile: () => "" }),
  );
}

function fenced(text: string): string {
  const language = text.startsWith("{") ? "json" : text.startsWith("[") ? "toml" : "";
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
