import { audio } from "./audio.ts";
import { channels } from "./channels.ts";
import { cluster } from "./cluster.ts";
import { forwarding } from "./forwarding.ts";
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
export const toolsets = Object.keys(chapters);

/** The toolsets that are there without being asked for. */
export const defaultToolsets = toolsets.filter((name) => !["audio", "server", "cluster"].includes(name));

/** All tools, each with the chapter in which it stands and with every call, also where it is one that the row has already. */
export const contract = Object.entries(chapters).flatMap(([toolset, rows]) =>
  rows.map((row) => {
    const { least, confirmed = least, full = confirmed } = row;
    return { ...row, toolset, confirmed, full };
  }),
);

/** What is there without any setting: the APIs of Sora Labo's page. */
export const listedByDefault = contract.filter(({ since }) => since === undefined);

/** The names of the tools of one kind that are listed without any setting. */
export function toolsOfKind(wanted: ContractRow["kind"]): string[] {
  return listedByDefault.filter(({ kind }) => kind === wanted).map(({ tool }) => tool);
}

/** All tools, each once, with settings under which it is listed: no Sora has all of them. */
export const worlds = [
  { sora: "Sora Labo", env: {}, rows: listedByDefault },
  {
    sora: "Sora 2026.1",
    env: { SORA_RELEASE: "2026.1", SORA_TOOLSETS: "all" },
    rows: contract.filter(({ since }) => since !== undefined),
  },
] as const;

/** The settings under which a tool is listed. */
export function settingsFor(tool: string): Record<string, string> {
  return worlds.find(({ rows }) => rows.some((row) => row.tool === tool))?.env ?? {};
}
