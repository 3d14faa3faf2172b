import { rmSync } from "node:fs";
import { build } from "esbuild";

/** Modules that are evaluated here, so that the bundle holds what they export instead of what they import. */
const evaluated = {
  name: "evaluated",
  setup({ onLoad }) {
    onLoad({ filter: /src[\\/]mcp[\\/]catalog\.ts$/ }, async ({ path }) => {
      const { outputFiles } = await build({
        entryPoints: [path],
        bundle: true,
        write: false,
        platform: "node",
        format: "esm",
      });
      const module = await import(
        `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`
      );
      const constants = Object.entries(module).map(
        ([name, value]) => `export const ${name} = ${JSON.stringify(value)};`,
      );
      return { contents: constants.join("\n") };
    });
  },
};

/** Parts of the SDK that the server never uses but would load at every start. */
const unusedInSdk = {
  name: "unused-in-sdk",
  setup({ onLoad, onResolve }) {
    // It checks filled-in forms with ajv. Ours ask a person yes or no and have no fields: there is nothing to check.
    onLoad({ filter: /sdk[\\/]dist[\\/]esm[\\/]validation[\\/]ajv-provider\.js$/ }, () => ({
      contents:
        "export class AjvJsonSchemaValidator { getValidator() { return (data) => ({ valid: true, data }); } }",
    }));
    // It builds and converts zod 3 schemas for the tools of its high-level McpServer. Ours come from src/tools.
    onResolve({ filter: /^zod\/v3$|^zod-to-json-schema$/ }, ({ path, importer }) =>
      /sdk[\\/]dist[\\/]esm[\\/]server[\\/]/.test(importer) ? { path, namespace: "unused" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "unused" }, () => ({
      contents: "export const object = undefined, zodToJsonSchema = undefined;",
    }));
  },
};

/** Of undici the client needs two dispatchers and `request`; the whole of it would cost 9 MB of memory. */
const slimUndici = {
  name: "slim-undici",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^undici$/ }, ({ path, resolveDir }) => ({
      path,
      namespace: "slim",
      pluginData: resolveDir,
    }));
    onLoad({ filter: /.*/, namespace: "slim" }, ({ pluginData }) => ({
      resolveDir: pluginData,
      contents: `
        import Dispatcher from "undici/lib/dispatcher/dispatcher.js";
        import request from "undici/lib/api/api-request.js";
        Dispatcher.prototype.request = request;
        export { default as Agent } from "undici/lib/dispatcher/agent.js";
        export { default as EnvHttpProxyAgent } from "undici/lib/dispatcher/env-http-proxy-agent.js";`,
    }));
  },
};

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints: { cli: "src/cli.ts" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  platform: "node",
  format: "esm",
  target: "node20.18",
  minify: true,
  legalComments: "none",
  plugins: [evaluated, unusedInSdk, slimUndici],
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
});
