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

/** The names of the tools of one kind. */
export function toolsOfKind(wanted: ContractRow["kind"]): string[] {
  return contract.filter(({ kind }) => kind === wanted).map(({ tool }) => tool);
}
