import { z } from "zod";
import { api } from "./api.ts";
import { connectionsHit } from "./connections.ts";
import { channel_id, objectAtBest } from "./fields.ts";
import type { Affected, SoraReads } from "./tool.ts";

const seconds = z.number().int().min(1).max(86_400);
const expire_time = seconds.describe("Stops after seconds; on Sora Cloud up to 10800").optional();
const split_duration = seconds.describe("Seconds per split file").optional();
const split_only = z.boolean().describe("No whole file; needs split_duration").optional();
const format = z.enum(["webm", "mp4"]).describe("mp4: Sora 2024.2 or later").optional();
const metadata = objectAtBest("For webhooks and report").optional();

/** Everybody in the channel is told, nobody is cut off. */
async function recordingStopped(sora: SoraReads, args: { readonly channel_id: string }): Promise<Affected> {
  return { ...(await connectionsHit(sora, args, "Connections in the channel")), cut: 0 };
}

/** https://sora-doc.shiguredo.jp/LEGACY_RECORDING_TO_RECORDING */
export const recordingTools = [
  api({
    operation: "StartRecording",
    version: "20231220",
    kind: "write",
    since: "2023.2",
    title: "Record a channel",
    description: "Records a channel until its session ends. Sora Cloud needs a storage setting.",
    input: z.object({ channel_id, expire_time, split_duration, split_only, metadata, format }).strict(),
  }),
  api({
    operation: "StopRecording",
    version: "20231220",
    kind: "destructive",
    since: "2023.2",
    title: "Stop recording",
    description: "Stops the recording of a channel.",
    input: z.object({ channel_id }).strict(),
    affects: recordingStopped,
  }),
];
