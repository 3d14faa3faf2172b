import type { Writable } from "node:stream";
import { createLog } from "../log.ts";
import { startSandbox } from "../sandbox/index.ts";
import { type Config, problemText } from "../settings/config.ts";
import { settings } from "../settings/settings.ts";
import { wholeNumber } from "../settings/values.ts";
import { aborted } from "./aborted.ts";

const usualPort = "3000";

export interface SandboxServing {
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Aborted when the process is asked to end. */
  readonly stopped: AbortSignal;
}

/** `sora-labo-mcp sandbox`: the simulated Sora alone, until it is stopped. Resolves to the exit code. */
export async function serveSandbox(
  { release, problems, remarks }: Config,
  givenPort: string | undefined,
  { stdout, stderr, stopped }: SandboxServing,
): Promise<0 | 1> {
  const log = createLog("warn", String, (line) => stderr.write(line));
  // Of the settings this uses one: the others cannot stop it.
  const used = problems.filter(
    ({ variable }) => variable === undefined || variable === settings.release.variable,
  );
  for (const problem of used) log("error", problemText(problem));
  for (const { variable, text } of remarks)
    if (variable === settings.release.variable) log("warn", `${variable} ${text}.`);
  const port = wholeNumber(givenPort ?? usualPort, 0, 65_535);
  if (port === undefined) log("error", "--port must be a whole number from 0 (any free port) to 65535.");
  if (used.length > 0 || port === undefined) return 1;
  try {
    const sandbox = await startSandbox({ edition: release, port, staysAlive: true });
    const example = `curl -H 'x-sora-target: Sora_20201013.ListChannelConnections' -d '{"channel_id":"sora"}' ${sandbox.url}`;
    stdout.write(
      `A simulated Sora (${release}) answers at ${sandbox.url}\nChannels: ${sandbox.channels.join(", ")}. Try it:\n\n  ${example}\n\nCtrl+C ends it.\n`,
    );
    await aborted(stopped);
    await sandbox.close();
    return 0;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    log("error", `Port ${port} of 127.0.0.1 cannot be listened on${code}: choose another with --port.`);
    return 1;
  }
}
