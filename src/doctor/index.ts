import type { Writable } from "node:stream";
import { redactor } from "../redaction.ts";
import type { Config } from "../settings/config.ts";
import { visibleText } from "../text.ts";
import { visibleJson } from "../visible-json.ts";
import { examine } from "./examine.ts";
import { page } from "./page.ts";

export interface DoctorOptions {
  /** The channel whose connections are asked for; none: one that the settings allow. */
  readonly channel: string | undefined;
  readonly json: boolean;
  readonly versions: Readonly<Record<string, string>>;
}

/** `sora-labo-mcp doctor`: prints what works and what to fix. Resolves to the exit code. */
export async function doctor(config: Config, options: DoctorOptions, stdout: Writable): Promise<0 | 1> {
  const sandbox = config.sandbox
    ? await (await import("../sandbox/index.ts")).startSandbox({ edition: config.release })
    : undefined;
  const report = await examine(config, sandbox, options.channel, options.versions);
  await sandbox?.close();
  const redact = redactor(config.apiKey);
  const text = options.json
    ? JSON.stringify(await visibleJson(report, redact), null, 2)
    : visibleText(redact(page(report)));
  stdout.write(`${text}\n`);
  return report.ok ? 0 : 1;
}
