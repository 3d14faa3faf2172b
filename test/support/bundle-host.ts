import type manifest from "../../manifest.json";

type FieldValue = string | number | boolean;

/**
 * How an app starts the server of a bundle that is unpacked in `folder`: as the manifest says, with what a person has
 * filled in. Fields that have neither a value nor a default leave their placeholder behind
 * (https://github.com/modelcontextprotocol/mcpb/blob/main/src/shared/config.ts).
 */
export function startOf(
  { server: { mcp_config }, user_config }: typeof manifest,
  folder: string,
  filledIn: Readonly<Record<string, FieldValue>> = {},
) {
  const values: Record<string, FieldValue> = { __dirname: folder };
  for (const [key, field] of Object.entries(user_config)) {
    const value = filledIn[key] ?? ("default" in field ? field.default : undefined);
    if (value !== undefined) values[`user_config.${key}`] = value;
  }
  const fill = (text: string) =>
    text.replace(/\$\{([^}]+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
  return {
    command: mcp_config.command,
    args: mcp_config.args.map(fill),
    env: Object.fromEntries(Object.entries(mcp_config.env).map(([name, text]) => [name, fill(text)])),
  };
}
