import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { build } from "esbuild";
import { loadSource, loadSourceBesidePackages } from "./load-source.mjs";

const { panelPageInBundle } = await loadSourceBesidePackages("scripts/panel-page.ts");

/** Modules that are evaluated here, so that the bundle holds what they export instead of what they import. */
const evaluated = {
  name: "evaluated",
  setup({ onLoad }) {
    onLoad({ filter: /src[\\/]mcp[\\/](catalog|panel-listing)\.ts$/ }, async ({ path }) => {
      const module = await loadSource(path);
      const constants = Object.entries(module).map(
        ([name, value]) => `export const ${name} = ${JSON.stringify(value)};`,
      );
      return { contents: constants.join("\n") };
    });
  },
};

/**
 * Bundles `contents` where the file that `by` names imports `imported`. The build fails when it no longer does and, of
 * what is left out because nothing uses it, when something does. See "What the build leaves out" in CONTRIBUTING.md.
 */
function instead(imported, { by = "", contents, unused = false }) {
  const namespace = `instead of ${imported}`;
  return {
    name: namespace,
    setup({ onLoad, onResolve, onEnd }) {
      let isImported = false;
      onResolve({ filter: /./ }, ({ path, importer, resolveDir }) =>
        path === imported && importer.replaceAll("\\", "/").endsWith(by)
          ? { path, namespace, pluginData: resolveDir }
          : undefined,
      );
      onLoad({ filter: /./, namespace }, ({ pluginData: resolveDir }) => {
        isImported = true;
        return { contents, resolveDir };
      });
      onEnd(({ metafile }) => {
        if (!metafile) return;
        const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
        const isUsed = inputs.some(([path, part]) => path.startsWith(namespace) && part.bytesInOutput > 0);
        if (!isImported) throw new Error(`${imported} is not imported any more${by && ` by ${by}`}`);
        if (unused && isUsed) throw new Error(`${by} uses ${imported}, which is left out`);
      });
    },
  };
}

const ajv = "../validation/ajv-provider.js";

/** It checks forms that the SDK itself has put to a person. Ours does not go through that: its answer is judged here. */
const withoutAjv = instead(ajv, {
  by: "sdk/dist/esm/server/index.js",
  contents: `
    export class AjvJsonSchemaValidator {
      getValidator() {
        throw new Error("ajv is left out");
      }
    }`,
});

/** The demo trusts what its own server answers. */
const withoutAjvInDemo = instead(ajv, {
  by: "sdk/dist/esm/client/index.js",
  contents: `
    export class AjvJsonSchemaValidator {
      getValidator() {
        return (data) => ({ valid: true, data });
      }
    }`,
});

/** For schemas of zod 3, which the SDK takes too. Ours are its own, and JSON Schema. */
const withoutZod3 = [
  instead("zod/v3", {
    by: "sdk/dist/esm/server/zod-compat.js",
    contents: 'export function object() { throw new Error("zod 3 is left out"); }',
    unused: true,
  }),
  instead("zod-to-json-schema", {
    by: "sdk/dist/esm/server/zod-json-schema-compat.js",
    contents: 'export function zodToJsonSchema() { throw new Error("zod-to-json-schema is left out"); }',
    unused: true,
  }),
];

/** Functions of zod, and methods of its schemas, that do nothing but make a schema. */
const makers = "array boolean literal looseObject number object optional record string union unknown";
const methods = "catchall default extend int loose max merge min optional or strict";

/**
 * Loaded, the SDK makes a schema for every message of the protocol, which takes half of a start. It gets the same
 * schemas from the same zod, but each is made only when something is asked of it.
 */
const zodOnDemand = instead("zod/v4", {
  by: "sdk/dist/esm/types.js",
  contents: `
    import * as zod from "zod/v4";
    export * from "zod/v4";
    const methods = "${methods}".split(" ");
    function onDemand(make) {
      let schema;
      const made = () => (schema ??= make());
      const later = (method) => (...args) => onDemand(() => made()[method](...args));
      return new Proxy({}, { get: (_, name) => (methods.includes(name) ? later(name) : made()[name]) });
    }
    const maker = (make) => (...args) => onDemand(() => make(...args));
    ${makers
      .split(" ")
      .map((name) => `export const ${name} = maker(zod.${name});`)
      .join("\n")}`,
});

/**
 * Of undici the client needs three dispatchers, how they connect, `request` and, for the one that talks to a proxy,
 * `connect`; the whole of it would cost 4 MB of memory.
 */
const slimUndici = instead("undici", {
  contents: `
    import Dispatcher from "undici/lib/dispatcher/dispatcher.js";
    import connect from "undici/lib/api/api-connect.js";
    import request from "undici/lib/api/api-request.js";
    Object.assign(Dispatcher.prototype, { connect, request });
    export { default as Agent } from "undici/lib/dispatcher/agent.js";
    export { default as Pool } from "undici/lib/dispatcher/pool.js";
    export { default as ProxyAgent } from "undici/lib/dispatcher/proxy-agent.js";
    export { default as buildConnector } from "undici/lib/core/connect.js";`,
});

/** undici brings its HTTP parser twice, 72 kB each: with SIMD, and without for machines that lack it. The latter runs anywhere. */
const oneParser = instead("../llhttp/llhttp_simd-wasm.js", {
  by: "undici/lib/dispatcher/client-h1.js",
  contents: 'module.exports = require("../llhttp/llhttp-wasm.js");',
});

/** Leaves what is imported lazily by this name to another build, which writes it to `file`. */
function apart(name, file) {
  return {
    name: `${file} apart`,
    setup({ onResolve }) {
      onResolve({ filter: name, namespace: "file" }, ({ kind }) =>
        kind === "dynamic-import" ? { path: file, external: true } : undefined,
      );
    },
  };
}

/** The demo is an MCP client. In the server's bundle it would keep the client's half of the SDK in what a start loads. */
const demoApart = apart(/[\\/]demo[\\/]index\.ts$/, "./demo.js");

/** CommonJS in the bundle asks Node for its own modules by `require`, which one chunk knows for all: no other pays for it. */
const requireOfNode = {
  name: "require of Node",
  setup({ initialOptions, onEnd }) {
    const known =
      'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);\n';
    initialOptions.write = false;
    onEnd(({ outputFiles = [] }) => {
      for (const { path, text } of outputFiles) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, /\brequire\b/.test(text) ? known + text : text);
      }
    });
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
  charset: "utf8",
  metafile: true,
};
await build({
  ...options,
  target: "node12.20",
  entryPoints: { cli: "src/start.ts" },
  plugins: [apart(/^\.\/cli\.ts$/, "./main.js")],
});
const { metafile: server } = await build({
  ...options,
  entryPoints: { main: "src/cli.ts" },
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  plugins: [
    evaluated,
    panelPageInBundle,
    withoutAjv,
    ...withoutZod3,
    zodOnDemand,
    slimUndici,
    oneParser,
    demoApart,
    requireOfNode,
  ],
});
const { metafile: demo } = await build({
  ...options,
  entryPoints: { demo: "src/demo/index.ts" },
  plugins: [withoutAjvInDemo, ...withoutZod3, requireOfNode],
});

const { bundledPackages, thirdPartyLicenses } = await loadSource("scripts/third-party-licenses.ts");
writeFileSync("dist/THIRD-PARTY-LICENSES", thirdPartyLicenses(bundledPackages([server, demo])));
