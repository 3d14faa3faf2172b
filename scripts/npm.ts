import { execFileSync } from "node:child_process";

/** The npm that runs this, as arguments for Node: without a shell, so that it is the same on every system. */
export function npmCommand(...args: string[]): string[] {
  const { npm_execpath: path } = process.env;
  if (!path) throw new Error("npm is not known here: start this with `npm run`.");
  return [path, ...args];
}

/** Runs npm and returns what it prints to stdout. */
export function npm(...args: string[]): string {
  return execFileSync(process.execPath, npmCommand(...args), {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
}
