#!/usr/bin/env node
import { engines } from "../package.json";
import { keepCompiledCode } from "./compile-cache.ts";

// Built to dist/cli.js by itself, for a Node that is too old for the rest: it would end with a SyntaxError in a file that
// nobody knows. So all that is imported here has to be there in Node 12 too.

const needed = engines.node.replace(">=", "");
const { node } = process.versions;

function order(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
  return major * 1e6 + minor * 1e3 + patch;
}

if (order(node) < order(needed)) {
  process.stderr.write(
    `sora-labo-mcp needs Node.js ${needed} or later; this is ${node} (${process.execPath}). Install a newer one, or have the client start that one by its full path.\n`,
  );
  process.exitCode = 1;
} else {
  // First, so that what comes next is kept too.
  keepCompiledCode(process.platform, process.env);
  void import("./cli.ts");
}
