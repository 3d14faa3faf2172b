import { allTools } from "../tools/index.ts";
import { toJsonSchema } from "./json-schema.ts";

/**
 * What clients are told of each tool, and what decides whether the tool exists for them. The build evaluates this
 * module and bundles its result, so that start-up pays neither for zod nor for the conversion.
 */
export const catalog = allTools.map(
  ({ operation, name, title, description, input, output, annotations, toolset, kind }) => ({
    operation,
    toolset,
    kind,
    listed: {
      name,
      title,
      description,
      inputSchema: toJsonSchema(input),
      ...(output && { outputSchema: output }),
      annotations,
    },
  }),
);
