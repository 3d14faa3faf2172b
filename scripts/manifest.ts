import type { catalog } from "../src/mcp/catalog.ts";
import { descriptionIn } from "../src/mcp/edition.ts";
import { existingTools } from "../src/mcp/policy.ts";
import type { Setting } from "../src/settings/settings.ts";
import { japaneseBundle, longDescription } from "./texts/bundle.ts";
import { japaneseDescription } from "./texts/japanese-tools.ts";
import { untouched } from "./untouched.ts";

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
    long_description: longDescription,
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
    tools: existingTools(tools, untouched).map(({ listed, ending }) => ({
      name: listed.name,
      description: descriptionIn(listed.description, ending, untouched.release),
    })),
    // Other settings bring other tools.
    tools_generated: true,
    // What a prompt says follows from its arguments and from which tools there are: a text that stands here would not.
    prompts_generated: true,
    // Named by article 13 of Sora Labo's terms of use.
    privacy_policies: ["https://shiguredo.jp/pdf/privacy.pdf"],
    compatibility: { platforms: ["darwin", "win32", "linux"], runtimes: { node: engines.node } },
  };
}

/** Its Japanese, which Claude Desktop takes from a file of its own; the form's texts cannot be translated. */
export function japaneseManifest(tools: typeof catalog) {
  return {
    ...japaneseBundle,
    tools: existingTools(tools, untouched).map(({ listed, operation }) => ({
      name: listed.name,
      description: japaneseDescription(operation),
    })),
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
  // So that an app hands over an empty text: without a default it would be the placeholder. Both count as unset.
  return { type: "string", ...asked, default: "" };
}
