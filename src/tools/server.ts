import { z } from "zod";
import { api } from "./api.ts";
import { wrapped } from "./shapes.ts";

const scope = "server";
const since = "2021.2";
const nothing = z.object({}).strict();
const mode = z.enum(["normal", "block_new_session", "block_new_connection"]).describe("New mode");

export const getStatsReport = api({
  operation: "GetStatsReport",
  version: "20171010",
  kind: "read",
  scope,
  since,
  title: "Get node report",
  description: "Gets the version and the load and health figures of a node.",
  input: nothing,
  shape: wrapped("report"),
});

/** https://sora-doc.shiguredo.jp/API_STATS, https://sora-doc.shiguredo.jp/API_MODE and https://sora-doc.shiguredo.jp/API_LICENSE */
export const serverTools = [
  getStatsReport,
  api({
    operation: "GetMode",
    version: "20211215",
    kind: "read",
    scope,
    since,
    title: "Get mode",
    description: "Gets whether a node takes new sessions and connections.",
    input: nothing,
    shape: wrapped("mode"),
  }),
  api({
    operation: "ChangeMode",
    version: "20211215",
    kind: "write",
    scope,
    since,
    title: "Change mode",
    description:
      "Makes a node refuse new sessions or all new connections, or take them again. Nobody is cut off.",
    input: z.object({ mode }).strict(),
  }),
  api({
    operation: "GetLicense",
    version: "20171218",
    kind: "read",
    scope,
    since,
    title: "Get license",
    description: "Gets the license in use: its end, most connections and nodes.",
    input: nothing,
    shape: wrapped("license"),
  }),
  api({
    operation: "UpdateLicense",
    version: "20171218",
    kind: "write",
    scope,
    since,
    title: "Update license",
    description: "Reads the license file of sora.conf anew. Nobody is cut off.",
    input: nothing,
  }),
];
