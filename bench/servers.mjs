import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "..");

const readPackage = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

/** What a server needs in order to start and list its tools; the credentials are made up and never leave the machine. */
const peerSettings = {
  "@modelcontextprotocol/server-memory": {},
  "@modelcontextprotocol/server-filesystem": { args: (home) => [home] },
  "@modelcontextprotocol/server-everything": {},
  "@notionhq/notion-mcp-server": { env: { NOTION_TOKEN: "ntn_bench" } },
  // All of its features but `docs`, which fetches a schema from the network before it lists its tools.
  "@supabase/mcp-server-supabase": {
    args: () => ["--features=account,database,debugging,development,functions,branching,storage"],
    env: { SUPABASE_ACCESS_TOKEN: `sbp_${"0".repeat(40)}` },
  },
  "@playwright/mcp": {},
  "@upstash/context7-mcp": {},
  "@sentry/mcp-server": { args: () => ["--access-token=bench", "--sentry-dsn="] },
};

/** The environment of a measured process: this one's without its settings, and with a home of its own. */
function environment(home, extra) {
  const kept = ["PATH", "Path", "SystemRoot", "TEMP", "TMP", "TMPDIR", "LANG"];
  const inherited = Object.fromEntries(
    kept.filter((name) => name in process.env).map((name) => [name, process.env[name]]),
  );
  const homes = {
    HOME: home,
    USERPROFILE: home,
    APPDATA: home,
    LOCALAPPDATA: home,
    XDG_CACHE_HOME: join(home, ".cache"),
    XDG_CONFIG_HOME: join(home, ".config"),
  };
  return { ...inherited, ...homes, ...extra };
}

/** A peer as it is started; over stdio, unless `given` says otherwise. */
export function peer(name, home, given) {
  const folder = join(here, "node_modules", name);
  const { version, bin } = readPackage(folder);
  const script = typeof bin === "string" ? bin : Object.values(bin)[0];
  const { args = () => [], env = {} } = given ? { ...given, args: () => given.args } : peerSettings[name];
  return {
    name,
    kind: "peer",
    version,
    args: [join(folder, script), ...args(home)],
    env: environment(home, env),
  };
}

/** The server of this project, as it is built. */
export function ownServer(home, { flags = [], env = {} } = {}) {
  const { name, version, bin } = readPackage(root);
  return {
    name: [name, ...flags].join(" "),
    kind: "ours",
    version,
    args: [join(root, bin[name]), ...flags],
    env: environment(home, env),
  };
}

/** Everything that is started side by side, ours first. `home` is a temporary folder. */
export function allServers(home) {
  mkdirSync(home, { recursive: true });
  return [
    ownServer(home),
    { ...ownServer(home, { flags: ["--sandbox"] }), kind: "variant" },
    {
      name: "bare Node loop",
      kind: "floor",
      version: "-",
      args: [join(here, "bare-loop.mjs")],
      env: environment(home, {}),
    },
    ...Object.keys(peerSettings).map((name) => peer(name, home)),
  ];
}
