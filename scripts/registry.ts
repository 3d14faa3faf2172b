import { meanings } from "../src/settings/meanings.ts";
import { type Setting, type SettingName, settings } from "../src/settings/settings.ts";
import { type PackageJson, repositoryUrl } from "./package-json.ts";
import { startingValue } from "./starting-value.ts";
import { shortDescription } from "./texts/bundle.ts";

/**
 * server.json, by which the MCP registry knows this server
 * (https://github.com/modelcontextprotocol/registry/blob/main/docs/reference/server-json/generic-server-json.md).
 */
export function serverJson(packageJson: PackageJson, names: readonly SettingName[]) {
  const { name, version, mcpName, homepage } = packageJson;
  return {
    $schema: "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
    name: mcpName,
    title: "Sora Labo MCP",
    description: shortDescription,
    repository: { url: repositoryUrl(packageJson), source: "github" },
    websiteUrl: homepage,
    version,
    packages: [
      {
        registryType: "npm",
        registryBaseUrl: "https://registry.npmjs.org",
        identifier: name,
        version,
        runtimeHint: "npx",
        transport: { type: "stdio" },
        environmentVariables: names.map(environmentVariable),
      },
    ],
  };
}

/** None is required: without any, the server starts and says what it needs. */
function environmentVariable(name: SettingName) {
  const { variable, secret, isSwitch, isFile, range, choices }: Setting<unknown> = settings[name];
  const { help } = meanings[name];
  const start = startingValue(name);
  return {
    name: variable,
    description: `${help.charAt(0).toUpperCase()}${help.slice(1)}.`,
    isRequired: false,
    isSecret: secret ?? false,
    format: isSwitch ? "boolean" : range ? "number" : isFile ? "filepath" : "string",
    ...(start !== undefined && { default: start }),
    ...(choices && { choices }),
  };
}
