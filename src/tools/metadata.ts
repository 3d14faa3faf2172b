import { z } from "zod";
import {
  anyJson,
  channelId,
  confirm,
  connectionId,
  limit,
  metadataKey,
  offset,
  pushChange,
} from "./fields.ts";
import { metadataLost } from "./previews.ts";
import { paged, wrapped } from "./shapes.ts";
import { deriveTools } from "./tool.ts";

const experimental = "Experimental; needs signaling_notify_metadata_ext in sora.conf.";

/** https://sora-doc.shiguredo.jp/EXPERIMENTAL_API_SIGNALING_NOTIFY_METADATA_EXT */
export const metadataTools = deriveTools("metadata", [
  {
    operation: "ListSignalingNotifyMetadata",
    version: "20201124",
    kind: "read",
    title: "List metadata of a channel",
    description: `Lists the notify metadata of every connection of a channel. ${experimental}`,
    input: z.object({ channel_id: channelId, limit: limit(50), offset }).strict(),
    ...paged("items"),
  },
  {
    operation: "GetSignalingNotifyMetadata",
    version: "20201124",
    kind: "read",
    title: "Get metadata of a connection",
    description: `Gets the notify metadata of one connection. ${experimental}`,
    input: z.object({ channel_id: channelId, connection_id: connectionId }).strict(),
    shape: wrapped("metadata"),
  },
  {
    operation: "PutSignalingNotifyMetadata",
    version: "20201124",
    kind: "write",
    overwrites: true,
    title: "Replace metadata of a connection",
    description: `Replaces the whole notify metadata of one connection. ${experimental}`,
    input: z
      .object({
        channel_id: channelId,
        connection_id: connectionId,
        metadata: anyJson("New metadata, any JSON, not a string of it"),
        push: pushChange,
      })
      .strict(),
  },
  {
    operation: "DeleteSignalingNotifyMetadata",
    version: "20201124",
    kind: "destructive",
    title: "Delete metadata of a connection",
    description: `Deletes the whole notify metadata of one connection. ${experimental}`,
    input: z
      .object({ channel_id: channelId, connection_id: connectionId, push: pushChange, confirm })
      .strict(),
    preview: metadataLost,
  },
  {
    operation: "PutSignalingNotifyMetadataItem",
    version: "20201124",
    kind: "write",
    overwrites: true,
    title: "Set one metadata key",
    description: `Sets one key of the notify metadata of one connection. ${experimental}`,
    input: z
      .object({
        channel_id: channelId,
        connection_id: connectionId,
        key: metadataKey,
        value: anyJson("New value, any JSON, not a string of it"),
        push: pushChange,
      })
      .strict(),
  },
  {
    operation: "DeleteSignalingNotifyMetadataItem",
    version: "20201124",
    kind: "destructive",
    title: "Delete one metadata key",
    description: `Deletes one key of the notify metadata of one connection. ${experimental}`,
    input: z
      .object({
        channel_id: channelId,
        connection_id: connectionId,
        key: metadataKey,
        push: pushChange,
        confirm,
      })
      .strict(),
    preview: metadataLost,
  },
]);
