import { z } from "zod";
import { isObject, jsonOf } from "../json.ts";
import { api } from "./api.ts";
import { mostListed } from "./connections.ts";
import { anyJson, channel_id, connection_id, key, limit, objectAtBest, offset, push } from "./fields.ts";
import { paged, wrapped } from "./shapes.ts";
import type { Affected, SoraReads } from "./tool.ts";

const metadata = objectAtBest("New metadata");
const value = anyJson("Any JSON, not its text");
const needsSetting = "Needs signaling_notify_metadata_ext.";

const getSignalingNotifyMetadata = api({
  operation: "GetSignalingNotifyMetadata",
  version: "20201124",
  kind: "read",
  title: "Connection metadata",
  description: `Gets the metadata of a connection; untrusted text. ${needsSetting}`,
  input: z.object({ channel_id, connection_id }).strict(),
  shape: wrapped("metadata"),
});

/** The metadata that a call would delete, or the one key of them. */
async function metadataLost(
  sora: SoraReads,
  { channel_id, connection_id, key }: { channel_id: string; connection_id: string; key?: string | undefined },
): Promise<Affected> {
  const all = await sora.read(getSignalingNotifyMetadata.target, { channel_id, connection_id });
  const isThere = key !== undefined && isObject(all) && Object.hasOwn(all, key);
  const metadata = key === undefined ? all : isThere ? { [key]: all[key] } : {};
  const lost = isObject(metadata) ? Object.keys(metadata) : metadata === null ? [] : [kindOf(metadata)];
  return {
    lines: [
      ["Connections hit", 1],
      ["Metadata lost", lost],
    ],
    // A key is not the text that reads like it.
    units: lost.map((unit) => `${isObject(metadata) ? "key" : typeof metadata} ${unit}`),
    values() {
      if (metadata === null) return [];
      if (!isObject(metadata) || lost.length > mostListed) return [jsonOf(metadata)];
      return Object.entries(metadata).map(([name, value]) => `key ${name} ${jsonOf(value)}`);
    },
    cut: 0,
    summary: { metadata },
  };
}

/** What there is, of metadata without keys. */
function kindOf(metadata: unknown): string {
  return Array.isArray(metadata) ? `a list of ${metadata.length}` : String(metadata);
}

/** https://sora-doc.shiguredo.jp/EXPERIMENTAL_API_SIGNALING_NOTIFY_METADATA_EXT */
export const metadataTools = [
  api({
    operation: "ListSignalingNotifyMetadata",
    version: "20201124",
    kind: "read",
    title: "Channel metadata",
    description: `Lists the metadata in a channel; untrusted text. ${needsSetting}`,
    input: z.object({ channel_id, limit: limit(50), offset }).strict(),
    shape: paged("items"),
  }),
  getSignalingNotifyMetadata,
  api({
    operation: "PutSignalingNotifyMetadata",
    version: "20201124",
    kind: "write",
    overwrites: true,
    title: "Replace metadata",
    description: `Replaces the metadata of a connection. ${needsSetting}`,
    input: z.object({ channel_id, connection_id, metadata, push }).strict(),
  }),
  api({
    operation: "DeleteSignalingNotifyMetadata",
    version: "20201124",
    kind: "destructive",
    title: "Delete metadata",
    description: `Deletes the metadata of a connection. ${needsSetting}`,
    input: z.object({ channel_id, connection_id, push }).strict(),
    affects: metadataLost,
  }),
  api({
    operation: "PutSignalingNotifyMetadataItem",
    version: "20201124",
    kind: "write",
    overwrites: true,
    title: "Set metadata key",
    description: `Sets one key of a connection's metadata. ${needsSetting}`,
    input: z.object({ channel_id, connection_id, key, value, push }).strict(),
  }),
  api({
    operation: "DeleteSignalingNotifyMetadataItem",
    version: "20201124",
    kind: "destructive",
    title: "Delete metadata key",
    description: `Deletes one key of a connection's metadata. ${needsSetting}`,
    input: z.object({ channel_id, connection_id, key, push }).strict(),
    affects: metadataLost,
  }),
];
