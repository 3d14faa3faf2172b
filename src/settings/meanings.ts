import { onlyWhenAskedFor, toolsets } from "../tools/chapters.ts";
import { type Setting, type SettingName, settings, timeoutRange } from "./settings.ts";

interface Meaning {
  readonly help: string;
  /** The default, where a phrase says it better than the value. */
  readonly fallback?: string;
}

/** What each setting is for: for --help, server.json and the English pages. Apart from the settings, as no start needs it. */
export const meanings: Readonly<Record<SettingName, Meaning>> = {
  apiKey: { help: "Bearer token of the Sora API; a Sora of your own needs none" },
  apiKeyFile: { help: "file that holds the key; used when no API key is given" },
  apiUrl: {
    help: "any Sora API endpoint: Sora Labo, Sora Cloud or your own Sora; of a cluster, its nodes, comma-separated",
  },
  release: {
    help: "which APIs there are: labo (Sora Labo's page), cloud (Sora Cloud) or a release such as 2025.2",
    fallback: "cloud on Sora Cloud's host, else labo",
  },
  releaseChannel: {
    help: "value of the x-sora-release-channel header: stable or canary",
    fallback: "canary on the default URL, else unset",
  },
  readOnly: { help: "leave out every tool that changes something" },
  toolsets: {
    help: `comma-separated chapters of tools: ${toolsets.join(", ")}; default leaves out ${onlyWhenAskedFor.join(", ")}; all has them`,
    fallback: "default",
  },
  channels: {
    help: "comma-separated channel ids that may be read and changed, * matches any run of characters",
    fallback: "any",
  },
  confirm: {
    help: "what confirms a destructive call: its confirm argument (flag), the ticket of its preview (preview) or a person asked through the client (ask), or also in the panel (ask,panel)",
  },
  maxAffected: {
    help: "most connections that one destructive call may cut; 0: none",
    fallback: "no limit",
  },
  maxDestructivePerHour: {
    help: "most destructive calls carried out in any 60 minutes; 0: none",
    fallback: "no limit",
  },
  timeoutMs: {
    help: `deadline of one call in milliseconds, ${timeoutRange.join(" to ")}, retries included`,
  },
  auditLog: {
    help: "JSON Lines file, one line per write or destructive call; in a folder, sora-labo-mcp-audit.jsonl there; over HTTP, - is stdout",
  },
  logLevel: { help: "what goes to stderr: debug, info, warn or error" },
  sandbox: { help: "use the built-in simulated Sora: no key, no network" },
  http: {
    help: "host:port on which callers are served over HTTP; port 0 is any free one",
    fallback: "serve over stdio",
  },
  callers: {
    help: "over HTTP: JSON file of the callers and of what each may do; without it nobody is served, but by the sandbox on this machine",
  },
  httpUrl: {
    help: "over HTTP: the address that clients use, which Host must name, and the audience of access tokens",
    fallback: "/mcp on SORA_HTTP",
  },
  oauthIssuer: {
    help: "over HTTP: issuer whose access tokens (JWT) count beside the tokens of the callers",
  },
  metrics: { help: "over HTTP: host:port on which /metrics is served to Prometheus" },
  ticketKey: {
    help: "secret that seals the tickets of previews, of 32 bytes or more, the same in every replica",
    fallback: "random",
  },
  ticketKeyFile: { help: "file that holds the ticket key; used when no ticket key is given" },
};

/** The default as people are shown it. */
export function fallbackOf(name: SettingName): string {
  return meanings[name].fallback ?? String(settings[name].defaultValue ?? "-");
}

/** The settings by name, in the order in which people are shown them. */
export const namedSettings: readonly (readonly [SettingName, Setting<unknown>])[] = Object.keys(settings)
  .filter((name): name is SettingName => name in settings)
  .map((name) => [name, settings[name]]);
