import type { Setting } from "../src/settings/settings.ts";
import { type PackageJson, repositoryUrl } from "./package-json.ts";
import { startingValue } from "./starting-value.ts";
import { shortDescription } from "./texts/bundle.ts";

/**
 * server.json, by which the MCP registry knows this server
 * (https://github.com/modelcontextprotocol/registry/blob/main/docs/reference/server-json/generic-server-json.md).
 */
export function serverJson(packageJson: PackageJson, settings: readonly Setting<unknown>[]) {
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
        environmentVariables: settings.map(environmentVariable),
      },
    ],
  };
}

/** None is required: without any, the server starts and says what it needs. */
function environmentVariable(setting: Setting<unknown>) {
  const { variable, help, secret, isSwitch, isFile, range, choices } = setting;
  const start = startingValue(setting);
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
