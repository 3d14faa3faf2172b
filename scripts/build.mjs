import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { loadSource } from "./load-source.mjs";

/** Modules that are evaluated here, so that the bundle holds what they export instead of what they import. */
const evaluated = {
  name: "evaluated",
  setup({ onLoad }) {
    onLoad({ filter: /src[\\/]mcp[\\/]catalog\.ts$/ }, async ({ path }) => {
      const module = await loadSource(path);
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
  setup({ onLoad, onResolve, onEnd }) {
    const left = new Set(["ajv", "zod"]);
    // It checks filled-in forms with ajv. Ours ask a person yes or no and have no fields: there is nothing to check.
    onLoad({ filter: /sdk[\\/]dist[\\/]esm[\\/]validation[\\/]ajv-provider\.js$/ }, () => {
      left.delete("ajv");
      return {
        contents:
          "export class AjvJsonSchemaValidator { getValidator() { return (data) => ({ valid: true, data }); } }",
      };
    });
    // It builds and converts zod 3 schemas for the tools of its high-level McpServer. Ours come from src/tools.
    onResolve({ filter: /^zod\/v3$|^zod-to-json-schema$/ }, ({ path, importer }) =>
      /sdk[\\/]dist[\\/]esm[\\/]server[\\/]/.test(importer) ? { path, namespace: "unused" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "unused" }, () => {
      left.delete("zod");
      return { contents: "export const object = undefined, zodToJsonSchema = undefined;" };
    });
    onEnd(() => {
      if (left.size > 0) throw new Error(`the SDK does not load ${[...left].join(" and ")} as it did`);
    });
  },
};

/** What the SDK would do at every start and with every message, and nobody needs. */
const lighterMessages = {
  name: "lighter-messages",
  setup({ onLoad }) {
    onLoad({ filter: /sdk[\\/]dist[\\/]esm[\\/]types\.js$/ }, ({ path }) => {
      let schemas = 0;
      let guards = 0;
      const contents = readFileSync(path, "utf8")
        // A schema for every message of the protocol: those that the server does not use can be left out.
        .replace(
          /^((?:export )?const \w+Schema = )(.*?);\n(?![\s\])}])/gms,
          (_statement, declaration, schema) => {
            schemas += 1;
            return `${declaration}/* @__PURE__ */ (() => ${schema})();\n`;
          },
        )
        // Every request is first held to be a response, and a schema that fails makes an error with a stack.
        .replace(/(isJSONRPC(Result|Error)Response = \(value\) => )/g, (_guard, start, member) => {
          guards += 1;
          return `${start}value?.${member.toLowerCase()} !== undefined && `;
        });
      if (schemas < 100 || guards !== 2) throw new Error(`${path} does not look as it did`);
      return { contents };
    });
  },
};

/**
 * Of undici the client needs two dispatchers, `request` and, for the one that talks to a proxy, `connect`; the whole of
 * it would cost 9 MB of memory.
 */
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
        import connect from "undici/lib/api/api-connect.js";
        import request from "undici/lib/api/api-request.js";
        Object.assign(Dispatcher.prototype, { connect, request });
        export { default as Agent } from "undici/lib/dispatcher/agent.js";
        export { default as EnvHttpProxyAgent } from "undici/lib/dispatcher/env-http-proxy-agent.js";`,
    }));
  },
};

/** The demo is an MCP client. In the server's bundle it would keep the client's half of the SDK in what a start loads. */
const demoApart = {
  name: "demo-apart",
  setup({ onResolve }) {
    onResolve({ filter: /[\\/]demo[\\/]index\.ts$/, namespace: "file" }, ({ kind }) =>
      kind === "dynamic-import" ? { path: "./demo.js", external: true } : undefined,
    );
  },
};

rmSync("dist", { recursive: true, force: true });
const options = {
  outdir: "dist",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20.18",
  minify: true,
  legalComments: "none",
  metafile: true,
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
};
const plugins = [evaluated, unusedInSdk, lighterMessages, slimUndici];
const { metafile: server } = await build({
  ...options,
  entryPoints: { cli: "src/cli.ts" },
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  plugins: [...plugins, demoApart],
});
const { metafile: demo } = await build({ ...options, entryPoints: { demo: "src/demo/index.ts" }, plugins });

const { bundledPackages, thirdPartyLicenses } = await loadSource("scripts/third-party-licenses.ts");
writeFileSync("dist/THIRD-PARTY-LICENSES", thirdPartyLicenses(bundledPackages([server, demo])));
