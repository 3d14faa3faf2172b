import { execFileSync } from "node:child_process";
import { delimiter, dirname } from "node:path";
import packageJson from "../../package.json";
import { npm } from "../../scripts/npm.ts";

/** A Node to run the server with. */
export interface Node {
  readonly version: string;
  readonly command: string;
  /** A PATH on which it comes first. */
  readonly path: string;
}

/** The one that runs the tests and, from the npm registry, the oldest that package.json allows and all newer lines. */
export function everyNode(): Node[] {
  const releases = [packageJson.engines.node.replace(">=", ""), "22", "24", "26"];
  const others = releases.map((release) =>
    npm("exec", "--yes", `--package=node@${release}`, "--", "node", "-p", "process.execPath").trim(),
  );
  return [process.execPath, ...others].map((command) => ({
    version: execFileSync(command, ["--version"], { encoding: "utf8" }).trim(),
    command,
    path: [dirname(command), process.env.PATH].join(delimiter),
  }));
}
