import { realpathSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import util from "node:util";
import { version } from "../package.json";
import { readCommandLine } from "./settings/command-line.ts";
import type { Environment } from "./settings/config.ts";
import { readKeyFile } from "./settings/key-file.ts";
import { loadConfig } from "./settings/load.ts";

const { command, flags, operand, problems } = readCommandLine(process.argv.slice(2));
const config = (env: Environment = process.env) =>
  loadConfig({ env, flags, flagProblems: problems, readFile: readKeyFile });

/** By which people, terminals and supervisors end a process; SIGBREAK is Ctrl+Break on Windows. */
const endings = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGBREAK"] as const;

// A reader that has seen enough, such as `head`, closes the pipe.
if (command !== "serve") process.stdout.on("error", () => process.exit(1));

switch (command) {
  case "help":
    process.stdout.write((await import("./settings/help.ts")).helpText());
    break;
  case "version":
    process.stdout.write(`${version}\n`);
    break;
  case "serve": {
    const { stopped, hurried } = onEnding();
    const { stdin, stdout, stderr } = process;
    const current = config();
    if (current.source("http") !== "default") {
      const { serveHttp } = await import("./serve/http.ts");
      process.exitCode = await serveHttp(current, { stdout, stderr, stopped, hurried });
    } else {
      const { serve } = await import("./serve/stdio.ts");
      await serve(current, { stdin, stdout, stderr, stopped });
    }
    await end();
    break;
  }
  case "sandbox": {
    const { stopped } = onEnding();
    const { serveSandbox } = await import("./serve/sandbox.ts");
    const { stdout, stderr } = process;
    const port = typeof flags.port === "string" ? flags.port : undefined;
    process.exitCode = await serveSandbox(config(), port, { stdout, stderr, stopped });
    break;
  }
  case "doctor": {
    const { doctor } = await import("./doctor/index.ts");
    const options = {
      channel: typeof flags.channel === "string" ? flags.channel : undefined,
      json: flags.json === true,
      versions: { node: process.versions.node, system: `${process.platform} ${process.arch}` },
    };
    process.exitCode = await doctor(config(), options, process.stdout);
    break;
  }
  case "token": {
    const { printToken } = await import("./callers/print-token.ts");
    process.exitCode = printToken({ name: operand, problems }, process);
    break;
  }
  case "setup": {
    const { homedir } = await import("node:os");
    const { setup } = await import("./setup/index.ts");
    const machine = {
      platform: process.platform,
      home: orNone(homedir),
      cwd: orNone(process.cwd),
      node: process.execPath,
      script: ownFile(),
    };
    process.exitCode = setup({ client: operand, flags, config }, machine, process);
    break;
  }
  case "demo": {
    if (problems.length > 0) {
      const { createLog } = await import("./log.ts");
      const log = createLog("error", String, (line) => process.stderr.write(line));
      for (const problem of problems) log("error", problem);
      process.exitCode = 1;
      break;
    }
    const { demo } = await import("./demo/index.ts");
    const colours = process.stdout.isTTY && !process.env.NO_COLOR;
    const options = {
      command: process.execPath,
      args: [ownFile(), "--sandbox", "--release", "2025.2"],
      platform: process.platform,
      paint: colours ? util.styleText : (_style: string, text: string) => text,
    };
    process.exitCode = await demo(options, process.stdout);
    break;
  }
}

/** A folder; none where the system cannot say it, as for a user without a home. */
function orNone(folder: () => string): string {
  try {
    return folder();
  } catch {
    return "";
  }
}

/** The file itself: what was started may be a link in node_modules/.bin. */
function ownFile(): string {
  return realpathSync(process.argv[1] ?? "");
}

/** Signals that are aborted when the process is asked to end, with the name of how as the reason, and when once more. */
function onEnding(): { stopped: AbortSignal; hurried: AbortSignal } {
  const stop = new AbortController();
  const hurry = new AbortController();
  const asked = (signal: string) => (stop.signal.aborted ? hurry : stop).abort(signal);
  for (const signal of endings) process.on(signal, asked);
  return { stopped: stop.signal, hurried: hurry.signal };
}

/**
 * process.exit() waits for Node's thread pool, deaf to signals: for as long as a name server or a disk does not answer.
 * Such work gets a moment, and then is not waited for.
 */
async function end(): Promise<never> {
  const poolIsBusy = () =>
    process.getActiveResourcesInfo().some((name) => /^(GetAddrInfo|FSReq|CloseReq)/.test(name));
  for (let waited = 0; poolIsBusy() && waited < 80; waited += 5) await delay(5);
  if (poolIsBusy()) process.kill(process.pid, "SIGKILL");
  process.exit();
}
