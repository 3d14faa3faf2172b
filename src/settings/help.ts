import { version } from "../../package.json";
import { soraCloud } from "../sora/url.ts";
import { fallbackOf, meanings, namedSettings } from "./meanings.ts";

export function helpText(): string {
  const rows = namedSettings.map(([name, { variable, flag }]) => [
    variable,
    flag === undefined ? "" : `--${flag}`,
    `${meanings[name].help} (default: ${fallbackOf(name)})`,
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const settings = rows.map(
    ([variable = "", flag = "", help]) =>
      `  ${variable.padEnd(widths[0] ?? 0)}  ${flag.padEnd(widths[1] ?? 0)}  ${help}`,
  );
  return `sora-labo-mcp ${version}: an MCP server for the HTTP APIs of WebRTC SFU Sora

  sora-labo-mcp --sandbox              serve a simulated Sora over stdio: no key, no network
  SORA_API_KEY=... sora-labo-mcp --api-url ${soraCloud}
                                       serve Sora Cloud over stdio
  sora-labo-mcp --api-url http://127.0.0.1:3000/
                                       serve your own Sora over stdio
  sora-labo-mcp --http 127.0.0.1:8080 --sandbox
                                       serve a simulated Sora over HTTP, to anyone on this machine
  sora-labo-mcp token NAME             make a token for a caller over HTTP, and its entry for --callers
  sora-labo-mcp sandbox [--port 3000] [--release 2025.2]
                                       serve the simulated Sora alone, to any HTTP client
  sora-labo-mcp demo                   see a moderation session against the simulated Sora
  sora-labo-mcp doctor [--channel ID] [--json]
                                       check settings, network, endpoint and key
  sora-labo-mcp setup [CLIENT] [flags] print what to tell a client, such as claude-desktop, of this server
  sora-labo-mcp --help | --version

Settings, as environment variables; the flag of the same name wins:
${settings.join("\n")}

HTTPS_PROXY, HTTP_PROXY and NO_PROXY are honoured; a private CA is named in NODE_EXTRA_CA_CERTS.
`;
}
