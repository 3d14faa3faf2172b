import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { doctor } from "../../src/doctor/index.ts";
import { type Given, load } from "./settings.ts";

/** What `doctor` prints under these settings, and its exit code. */
export async function examine(
  env: Record<string, string>,
  { channel, json = false, ...given }: { channel?: string; json?: boolean } & Omit<Given, "env"> = {},
): Promise<{ exitCode: 0 | 1; page: string }> {
  const stdout = new PassThrough();
  const config = load({ env, ...given });
  const exitCode = await doctor(config, { channel, json, versions: { node: "20.0.0" } }, stdout);
  stdout.end();
  return { exitCode, page: await text(stdout) };
}

/** What became of one check. */
export function statusOf(page: string, name: string): string | undefined {
  return page.match(new RegExp(`^  (\\w+) +${name} `, "m"))?.[1];
}

/** What the page says of one setting, source included. */
export function settingIn(page: string, variable: string): string | undefined {
  return page.match(new RegExp(`^  ${variable} +(.*)$`, "m"))?.[1];
}
