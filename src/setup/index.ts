import type { Writable } from "node:stream";
import { createLog } from "../log.ts";
import { type Config, type Environment, problemText } from "../settings/config.ts";
import { settings } from "../settings/settings.ts";
import { soraCloud } from "../sora/url.ts";
import { visibleText } from "../text.ts";
import { carryingFault } from "./carrying.ts";
import { clients, isClient, type SetupClient } from "./clients.ts";
import { type Flags, type Machine, type Server, serverOn } from "./server.ts";

interface SetupWords {
  /** The client that was named. */
  readonly client: string | undefined;
  readonly flags: Flags;
  /** The settings under these words and an environment. */
  readonly config: (env: Environment) => Config;
}

interface Output {
  readonly stdout: Pick<Writable, "write">;
  readonly stderr: Pick<Writable, "write">;
}

/**
 * `sora-labo-mcp setup`: prints what a client wants to be told of the server on this machine. It writes nothing and asks
 * nobody, and knows of no key. Returns the exit code.
 */
export function setup(
  { client, flags, config: configUnder }: SetupWords,
  machine: Machine,
  out: Output,
): 0 | 1 {
  const log = createLog("warn", String, (line) => out.stderr.write(line));
  const config = configUnder({ [settings.apiUrl.variable]: soraCloud });
  if (config.http) {
    log("error", "setup is for clients that start this server themselves, over stdio: leave --http out.");
    return 1;
  }
  // The key is for the client to get, and not missed here.
  const wrong = config.problems.filter(({ variable }) => variable !== settings.apiKey.variable);
  for (const problem of wrong) log("error", problemText(problem));
  for (const { variable, text } of config.remarks) log("warn", `${variable} ${text}.`);
  if (wrong.length > 0) return 1;
  if (client === undefined) out.stdout.write(listOfClients());
  else if (isClient(client)) {
    const server = serverOn(machine, flags, config);
    const fault = carryingFault(machine, flags, server);
    if (fault !== undefined) {
      log("error", fault);
      return 1;
    }
    out.stdout.write(page(clients[client], server, machine, config));
  } else {
    log("error", `setup knows these clients: ${Object.keys(clients).join(", ")}.`);
    return 1;
  }
  return 0;
}

function listOfClients(): string {
  const width = Math.max(...Object.keys(clients).map((name) => name.length));
  const rows = Object.entries(clients).map(([name, { title }]) => `  ${name.padEnd(width)}  ${title}`);
  return `What to tell a client of this server, with the paths of this machine. Name a client, and the flags that the server
is to have; without any it is for Sora Cloud. It is only printed.

  sora-labo-mcp setup claude-desktop --sandbox
  sora-labo-mcp setup codex --api-url http://127.0.0.1:3000/ --release 2025.2 --confirm preview

${rows.join("\n")}
`;
}

function page(client: SetupClient, server: Server, machine: Machine, config: Config): string {
  const { title, snippets, afterwards, check } = client;
  const who = config.sandbox ? "channel sora" : "one of your channels, by its id";
  return `${[
    title,
    ...snippets(server, machine).flatMap(({ where, text }) => [visibleText(where), text]),
    [
      ...aboutKey(client, server, machine, config),
      ...aboutSora(config),
      afterwards,
      `To check: ${check}. Then ask who is in ${who}.`,
      ...aboutPaths(machine),
    ]
      .map((line) => `- ${visibleText(line)}`)
      .join("\n"),
  ].join("\n\n")}\n`;
}

function aboutKey(
  { title, keepsKey }: SetupClient,
  { keyFile }: Server,
  { platform }: Machine,
  { sandbox, apiUrl }: Config,
): string[] {
  if (keyFile === undefined && !sandbox && apiUrl.protocol === "https:")
    return [
      "Where a reverse proxy before your Sora wants a key, put it alone into a file and name that in the variable SORA_API_KEY_FILE; a private CA's certificate in NODE_EXTRA_CA_CERTS. The key is sent as Authorization: Bearer, and no other way.",
    ];
  if (keyFile === undefined) return [];
  if (keepsKey) return [`${title} asks for the API key when it starts the server, and keeps it.`];
  const closed = platform === "win32" ? "" : " It should be readable by you alone (chmod 600).";
  return [`Put your API key, and nothing else, into the file ${keyFile}.${closed}`];
}

function aboutSora(config: Config): string[] {
  if (config.sandbox)
    return [
      "This is the simulated Sora. For a real one, ask again without --sandbox.",
      ...(config.source("release") === "flag"
        ? []
        : ["With --release 2025.2 it can also mute, and tell who is in all channels."]),
    ];
  if (config.source("apiUrl") !== "flag")
    return [
      "This is for Sora Cloud. --sandbox makes it the simulated Sora, --api-url http://127.0.0.1:3000/ one of your own.",
    ];
  if (config.source("release") === "flag" || config.release === "cloud") return [];
  return [
    "Only the tools of Sora Labo's page are there. With --release, such as --release 2025.2, those of your Sora are; the command doctor finds out its release.",
  ];
}

function aboutPaths({ script }: Machine): string[] {
  return [
    "The paths are those of this Node and of this copy of the server: ask again when one of them moves.",
    ...(/[\\/]_npx[\\/]/.test(script)
      ? ["This copy is in the cache of npx, which npm may empty: install the package, and ask again."]
      : []),
  ];
}
