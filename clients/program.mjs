import { execFile, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A program that came with a package of this folder. */
export const installed = (name) => fileURLToPath(new URL(`node_modules/.bin/${name}`, import.meta.url));

/**
 * Runs a program to its end, with nothing on its stdin. Resolves to all that it wrote: a tool's error goes to stdout in
 * one client and to stderr in another, and the exit code says no more.
 */
export function run(program, args, { env = process.env, cwd = process.env.HOME } = {}) {
  return new Promise((resolve) => {
    const options = { env, cwd, timeout: 50_000, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(program, args, options, (_error, stdout, stderr) =>
      resolve(`${stdout}\n${stderr}`),
    );
    child.stdin.end();
  });
}

/** The line for a terminal that `sora-labo-mcp setup` prints for a client, by a part of it. */
export async function printedLine({ command, args: [script, ...flags] }, client, part) {
  const page = await run(command, [script, "setup", client, ...flags]);
  return page.split("\n").find((text) => part.test(text));
}

/** Starts a program that goes on until it is ended, and waits for what it says once it is ready. */
export async function start(program, args, ready) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  await new Promise((resolve, reject) => {
    const read = (chunk) => {
      said += chunk;
      if (ready.test(said)) resolve();
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`${program} ended: ${said}`)));
  });
  return {
    end: () =>
      new Promise((resolve) => {
        child.once("exit", resolve);
        child.kill("SIGTERM");
        setTimeout(() => child.kill("SIGKILL"), 3_000).unref();
      }),
  };
}
