import type { catalog } from "../src/mcp/catalog.ts";
import type { Setting } from "../src/settings/config.ts";

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly author: string;
  readonly license: string;
  readonly keywords: readonly string[];
  readonly bin: { readonly "sora-labo-mcp": string };
  readonly engines: { readonly node: string };
}

/**
 * manifest.json of the .mcpb bundle, the file that Claude Desktop installs
 * (https://github.com/modelcontextprotocol/mcpb/blob/main/MANIFEST.md, manifest_version 0.3).
 */
export function manifest(
  { name, version, description, author, license, keywords, bin, engines }: PackageJson,
  settings: readonly Setting<unknown>[],
  tools: typeof catalog,
) {
  const entryPoint = bin["sora-labo-mcp"];
  return {
    manifest_version: "0.3",
    name,
    display_name: "Sora Labo MCP",
    version,
    description,
    long_description: longDescription(tools),
    author: { name: author },
    license,
    keywords,
    icon: "icon.png",
    localization: { resources: `mcpb-resources/\${locale}.json`, default_locale: "en-US" },
    server: {
      type: "node",
      entry_point: entryPoint,
      mcp_config: {
        command: "node",
        args: [`\${__dirname}/${entryPoint}`],
        env: Object.fromEntries(
          settings.map(({ variable }) => [variable, `\${user_config.${fieldOf(variable)}}`]),
        ),
      },
    },
    user_config: Object.fromEntries(settings.map((setting) => [fieldOf(setting.variable), field(setting)])),
    tools: tools.map(({ listed }) => ({ name: listed.name, description: listed.description })),
    // Named by article 13 of Sora Labo's terms of use.
    privacy_policies: ["https://shiguredo.jp/pdf/privacy.pdf"],
    compatibility: { platforms: ["darwin", "win32", "linux"], runtimes: { node: engines.node } },
  };
}

/** `SORA_API_KEY` is asked for as `api_key`. */
function fieldOf(variable: string): string {
  return variable.replace(/^SORA_/, "").toLowerCase();
}

/** How a setting is asked for. An empty field is an unset variable, so no field is required. */
function field({ title, help, defaultValue, fallback, isSwitch, isFile, range, secret }: Setting<unknown>) {
  const sentence = `${help.charAt(0).toUpperCase()}${help.slice(1)}.`;
  const description = isSwitch || fallback === "-" ? sentence : `${sentence} Default: ${fallback}.`;
  const asked = { title, description, required: false };
  if (isSwitch) return { type: "boolean", ...asked, default: defaultValue };
  if (range) return { type: "number", ...asked, default: defaultValue, min: range[0], max: range[1] };
  if (isFile) return { type: "file", ...asked };
  if (secret) return { type: "string", ...asked, sensitive: true };
  // Without a default Claude Desktop hands over the placeholder itself, and the log would warn of it at every start.
  return { type: "string", ...asked, default: "" };
}

function longDescription(tools: typeof catalog): string {
  const reads = tools.filter(({ kind }) => kind === "read").length;
  return [
    `Lets an assistant see and steer what goes on in the channels of a WebRTC SFU [Sora](https://sora.shiguredo.jp/), Shiguredo's media server: ${tools.length} tools, one for each HTTP API, to list connections, push messages, steer spotlight and simulcast, edit metadata, read statistics and disconnect people.`,
    "**To try it**, turn on *Sandbox*: a Sora that is simulated inside the extension. It needs no key and no network.",
    "**For real**, set *API URL* to your Sora Cloud project or your own Sora, or leave it empty for Sora Labo. Sora Labo and Sora Cloud need an *API key*; the key is sent to that address and nowhere else.",
    `**To stay safe**, *Read only* leaves the ${reads} tools that change nothing, and *Toolsets* and *Channels* limit the rest. Disconnecting and deleting only show what they would hit until they are confirmed. *Audit log* keeps one line for every call that changes something.`,
  ].join("\n\n");
}
