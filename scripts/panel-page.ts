import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";

/** Which module is the page of the panel. */
const panelPageFile = /src[\\/]panel[\\/]page[\\/]index\.html$/;

/** The page in one piece, minified: its style and script stand in it, and it asks for nothing. */
export async function panelPage(path: string): Promise<string> {
  const inFolder = (name: string) => join(dirname(path), name);
  const [style, script] = await Promise.all([
    minified(inFolder("style.css"), { target: "chrome123", charset: "utf8" }),
    minified(inFolder("main.ts"), { bundle: true, format: "iife", target: "es2022", charset: "utf8" }),
  ]);
  if (/<\/(script|style)/i.test(style + script)) throw new Error("the panel's page would end its own script");
  return readFileSync(path, "utf8")
    .replace(/ ?\/?>\s+</g, "><")
    .replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${style}</style>`)
    .replace(/<script src[^>]*>/, () => `<script>${script}`)
    .trim();
}

async function minified(entry: string, options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({ entryPoints: [entry], minify: true, ...options, write: false });
  return (outputFiles[0]?.text ?? "").trim();
}

/** For esbuild: what imports the page gets its text. */
export const panelPageInBundle: Plugin = {
  name: "the panel's page",
  setup({ onLoad }) {
    onLoad({ filter: panelPageFile }, async ({ path }) => ({
      contents: await panelPage(path),
      loader: "text",
    }));
  },
};

/** The same for Vite. */
export const panelPageInTests = {
  name: "the panel's page",
  enforce: "pre",
  async load(id: string) {
    return panelPageFile.test(id) ? `export default ${JSON.stringify(await panelPage(id))};` : undefined;
  },
} as const;
