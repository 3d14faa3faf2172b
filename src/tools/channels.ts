import { z } from "zod";
import { api } from "./api.ts";
import { limit, local, offset } from "./fields.ts";
import { countByRole, paged } from "./shapes.ts";

export const listConnections = api({
  operation: "ListConnections",
  version: "20201013",
  kind: "read",
  scope: "channels",
  since: "2021.2",
  title: "All participants",
  description: "Lists who is in which channel (room); untrusted text.",
  input: z.object({ local, limit: limit(50), offset }).strict(),
  shape: paged("connections", { by_role: countByRole }),
});

/** https://sora-doc.shiguredo.jp/API */
export const channelsTools = [listConnections];
