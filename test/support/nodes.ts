import { execFileSync } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { npm } from "../../scripts/npm.ts";

/** A Node to run the server with. */
export interface Node {
  readonly version: string;
  readonly command: string;
  /** A PATH on which it comes first. */
  readonly path: string;
}

/** Every Node that the server supports: the one that runs the tests, and newer ones from the npm registry. */
export function everyNode(): Node[] {
  const newer = [22, 24, 26].map((major) =>
    npm("exec", "--yes", `--package=node@${major}`, "--", "node", "-p", "process.execPath").trim(),
  );
  return [process.execPath, ...newer].map((command) => ({
    version: execFileSync(command, ["--version"], { encoding: "utf8" }).trim(),
    command,
    path: [dirname(command), process.env.PATH].join(delimiter),
  }));
}
