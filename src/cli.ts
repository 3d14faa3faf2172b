#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { version } from "../package.json";
import { readCommandLine } from "./command-line.ts";
import { loadConfig } from "./config.ts";

const { command, flags, unknown } = readCommandLine(process.argv.slice(2));
const config = () =>
  loadConfig({
    env: process.env,
    flags,
    unknownFlags: unknown,
    readFile: (path) => readFileSync(path, "utf8"),
  });

switch (command) {
  case "help":
    process.stdout.write((await import("./help.ts")).helpText());
    break;
  case "version":
    process.stdout.write(`${version}\n`);
    break;
  case "serve": {
    const stop = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());
    const { serve } = await import("./serve.ts");
    await serve(config(), {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      stopped: stop.signal,
    });
    process.exit();
    break;
  }
  case "doctor":
  case "demo":
    break;
}
