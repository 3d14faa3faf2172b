import { isObject } from "../json.ts";
import { catalog } from "../mcp/catalog.ts";
import type { Gate } from "../mcp/gate.ts";
import { existingTools } from "../mcp/policy.ts";
import { type Edition, type Release, releaseOf } from "../releases.ts";
import type { Config } from "../settings/config.ts";
import { settings } from "../settings/settings.ts";
import { listClusterNodes } from "../tools/nodes.ts";
import { getStatsReport } from "../tools/server.ts";
import type { Check } from "./network.ts";

/** How the tools in force fit the Sora that was asked. */
export interface ReleaseFound {
  readonly found: Release;
  /** It is newer than all that are known here: `found` is the newest of those. */
  readonly is_newer: boolean;
  readonly in_force: Edition;
  /** Tools in force that this Sora does not have. */
  readonly gone: readonly string[];
  /** Tools that it has and that are not in force. */
  readonly missing: readonly string[];
}

type Told = NonNullable<ReturnType<typeof releaseOf>>;

/** Asks a Sora for its release, which only some tell. Never rejects. */
export async function findRelease(gate: Gate, config: Config): Promise<ReleaseFound | undefined> {
  const told = await releaseTold(gate);
  return told && toolsFor(told, config);
}

/** How the tools under these settings fit a release. */
export function toolsFor({ release: found, isNewer: is_newer }: Told, config: Config): ReleaseFound {
  const names = (those: Config) => existingTools(catalog, those).map(({ listed }) => listed.name);
  const here = names(config);
  const there = names({ ...config, release: found });
  return {
    found,
    is_newer,
    in_force: config.release,
    gone: here.filter((name) => !there.includes(name)),
    missing: there.filter((name) => !here.includes(name)),
  };
}

async function releaseTold(gate: Gate): Promise<Told | undefined> {
  const of = (version: unknown) => (typeof version === "string" ? releaseOf(version) : undefined);
  const report = await gate.read(getStatsReport.target).catch(() => undefined);
  const reported = isObject(report) ? of(report.version) : undefined;
  if (reported) return reported;
  const nodes = await gate.read(listClusterNodes.target).catch(() => undefined);
  const rows: readonly unknown[] = Array.isArray(nodes) ? nodes : [];
  return rows.map((node) => (isObject(node) ? of(node.sora_version) : undefined)).find((found) => found);
}

export function releaseCheck(release: ReleaseFound | undefined, config: Config): Check {
  const name = "release";
  const { variable } = settings.release;
  if (config.sandbox)
    return { name, status: "ok", detail: `simulated, as ${variable} says: ${config.release}` };
  if (release === undefined) {
    const detail = `this Sora does not tell; ${variable} is ${config.release}`;
    return { name, status: "ok", detail };
  }
  const { found, is_newer, gone, missing } = release;
  const sora = is_newer ? `newer than ${found}, the newest that is known here` : found;
  const misfits = [
    ...(gone.length > 0 ? [`${gone.length} of your tools do not exist there`] : []),
    ...(missing.length > 0 ? [`${missing.length}${gone.length > 0 ? "" : " tools"} are missing`] : []),
  ];
  if (misfits.length === 0) return { name, status: "ok", detail: `this is ${sora}, and your tools fit it` };
  const detail = `this is ${sora}: set ${variable}=${found}, ${misfits.join(" and ")}`;
  return { name, status: "advice", detail };
}
