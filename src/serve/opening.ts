import type { Writable } from "node:stream";
import { createLog, type Log } from "../log.ts";
import type { Sandbox } from "../sandbox/index.ts";
import { type Config, problemText } from "../settings/config.ts";

/** The operator's log on stderr, which begins with what is wrong with the settings. */
export function openLog(config: Config, redact: (text: string) => string, stderr: Writable): Log {
  const log = createLog(config.logLevel, redact, (line) => stderr.write(line));
  stderr.on("error", () => {});
  for (const problem of config.problems) log("error", problemText(problem));
  for (const { variable, text } of config.remarks) log("warn", `${variable} ${text}.`);
  return log;
}

/** The simulated Sora, where that is wanted. It says so, whatever the log leaves out. */
export async function openSandbox(
  { sandbox: isWanted, release }: Config,
  stderr: Writable,
): Promise<Sandbox | undefined> {
  if (!isWanted) return undefined;
  const { startSandbox } = await import("../sandbox/index.ts");
  const sandbox = await startSandbox({ edition: release });
  stderr.write(`sora-labo-mcp sandbox: simulated Sora with channels ${sandbox.channels.join(", ")}\n`);
  return sandbox;
}

/** The calls that have not ended yet. */
export class CallsUnderWay extends Set<Promise<unknown>> {
  override add(call: Promise<unknown>): this {
    const done = () => this.delete(call);
    call.then(done, done);
    return super.add(call);
  }
}
