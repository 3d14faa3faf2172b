import type { catalog } from "../src/mcp/catalog.ts";
import { descriptionIn } from "../src/mcp/edition.ts";
import { existingTools } from "../src/mcp/policy.ts";
import { loadConfig } from "../src/settings/load.ts";
import { type Setting, settings } from "../src/settings/settings.ts";
import type { StdioSettingName } from "./over-stdio.ts";
import { type PackageJson, repositoryUrl } from "./package-json.ts";
import { startingValue } from "./starting-value.ts";
import { form, japaneseBundle, longDescription } from "./texts/bundle.ts";
import { japaneseDescription } from "./texts/japanese-tools.ts";

const fields = Object.keys(form).filter((name): name is StdioSettingName => name in form);

/** The settings of somebody who has left the whole form alone. */
const leftAlone = loadConfig({
  env: Object.fromEntries(fields.map((name) => [settings[name].variable, form[name].filledIn])),
  readFile: () => "",
});

/**
 * manifest.json of the .mcpb bundle, the file that Claude Desktop installs
 * (https://github.com/modelcontextprotocol/mcpb/blob/main/MANIFEST.md, manifest_version 0.3).
 */
export function manifest(packageJson: PackageJson, tools: typeof catalog) {
  const { name, version, description, author, license, keywords, homepage, bugs, bin, engines } = packageJson;
  const entryPoint = bin["sora-labo-mcp"];
  return {
    manifest_version: "0.3",
    name,
    display_name: "Sora Labo MCP",
    version,
    description,
    long_description: longDescription,
    author: { name: author },
    repository: { type: "git", url: repositoryUrl(packageJson) },
    homepage,
    support: bugs.url,
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
          fields.map((name) => [settings[name].variable, `\${user_config.${fieldOf(name)}}`]),
        ),
      },
    },
    user_config: Object.fromEntries(fields.map((name) => [fieldOf(name), field(name)])),
    tools: existingTools(tools, leftAlone).map(({ listed, ending }) => ({
      name: listed.name,
      description: descriptionIn(listed.description, ending, leftAlone.release),
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
    tools: existingTools(tools, leftAlone).map(({ listed, operation }) => ({
      name: listed.name,
      description: japaneseDescription(operation),
    })),
  };
}

/** `SORA_API_KEY` is asked for as `api_key`. */
function fieldOf(name: StdioSettingName): string {
  return settings[name].variable.replace(/^SORA_/, "").toLowerCase();
}

/** How a setting is asked for. An empty field is an unset variable, so no field is required. */
function field(name: StdioSettingName) {
  const setting: Setting<unknown> = settings[name];
  const { isSwitch, isFile, range, secret, defaultValue } = setting;
  const { title, description, filledIn, isFolder } = form[name];
  const asked = { title, description, required: false };
  if (isSwitch) return { type: "boolean", ...asked, default: defaultValue };
  if (range) return { type: "number", ...asked, default: defaultValue, min: range[0], max: range[1] };
  if (isFolder) return { type: "directory", ...asked };
  if (isFile) return { type: "file", ...asked };
  if (secret) return { type: "string", ...asked, sensitive: true };
  // So that an app hands over an empty text: without a default it would be the placeholder. Both count as unset.
  return { type: "string", ...asked, default: filledIn ?? startingValue(name) ?? "" };
}
