import { audio } from "./audio.ts";
import { channels } from "./channels.ts";
import { cluster } from "./cluster.ts";
import { forwarding } from "./forwarding.ts";
import { jobs as jobRows } from "./jobs.ts";
import { metadataRows } from "./metadata.ts";
import { push } from "./push.ts";
import { recording } from "./recording.ts";
import type { ContractRow } from "./row.ts";
import { server } from "./server.ts";
import { sessions } from "./sessions.ts";
import { signaling } from "./signaling.ts";
import { spotlight } from "./spotlight.ts";
import { stats } from "./stats.ts";
import { rtp, simulcast } from "./streams.ts";

/** The jobs are a toolset like the chapters, and come first. */
const moderation = "moderation";

/** The chapters of Sora's documentation, in the order in which clients see their tools. */
const chapters: Readonly<Record<string, readonly ContractRow[]>> = {
  signaling,
  push,
  spotlight,
  simulcast,
  metadata: metadataRows,
  stats,
  rtp,
  channels,
  sessions,
  forwarding,
  recording,
  audio,
  server,
  cluster,
};
export const toolsets = [moderation, ...Object.keys(chapters)];

/** The toolsets that are there without being asked for. */
export const defaultToolsets = toolsets.filter((name) => !["audio", "server", "cluster"].includes(name));

/** All APIs, each with the chapter in which it stands and with every call, also where it is one that the row has already. */
export const contract = Object.entries(chapters).flatMap(([toolset, rows]) =>
  rows.map((row) => {
    const { least, confirmed = least, full = confirmed, defaultLimit: limit } = row;
    const properties = Object.keys(full.args);
    const required = Object.keys(least.args);
    return { ...row, toolset, confirmed, full, properties, required, defaults: limit ? { limit } : {} };
  }),
);

export const jobs = jobRows.map((row) => ({
  ...row,
  toolset: moderation,
  ends: undefined,
  effect: undefined,
  removed: undefined,
}));

/** All tools, in the order in which clients see them. */
export const everyTool = [...jobs, ...contract];

const apisOfLabo = contract.filter(({ since }) => since === undefined);
const jobsOfLabo = jobs.filter(({ since }) => since === undefined);

/** What is there without any setting: what does with the APIs of Sora Labo's page. */
export const listedByDefault = [...jobsOfLabo, ...apisOfLabo];

/** All APIs, each once, with settings under which it is listed: no Sora has all of them. With them the jobs that are. */
export const worlds = [
  { sora: "Sora Labo", env: {}, rows: apisOfLabo, jobs: jobsOfLabo },
  {
    sora: "Sora 2026.1",
    env: { SORA_RELEASE: "2026.1", SORA_TOOLSETS: "all" },
    rows: contract.filter(({ since }) => since !== undefined),
    jobs,
  },
] as const;

/** The settings under which a tool is listed. */
export function settingsFor(tool: string): Record<string, string> {
  return worlds.find(({ rows, jobs }) => [...jobs, ...rows].some((row) => row.tool === tool))?.env ?? {};
}
