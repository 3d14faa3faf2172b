/** Blanks and backslashes left out: clients print answers indented, or as JSON in JSON. */
const bare = (text) => text.replace(/[\\\s]/g, "");

/** What a client has to bring about: an answer, an error as it is, and a preview that hits nobody. */
export const calls = [
  {
    what: "read",
    tool: "sora_list_channel_connections",
    args: { channel_id: "sora" },
    holds: ['"total":5'],
  },
  {
    what: "refused",
    tool: "sora_get_stats_connection",
    args: { channel_id: "sora", connection_id: "nobody" },
    holds: ['"code":"sora_error"'],
  },
  {
    what: "preview",
    tool: "sora_disconnect_channel",
    args: { channel_id: "sora" },
    holds: ['"status":"confirmation_required"', '"total":5'],
  },
  {
    what: "nobody hit",
    tool: "sora_list_channel_connections",
    args: { channel_id: "sora" },
    holds: ['"total":5'],
  },
];

/**
 * Has a connected client list the tools and call some of them. Resolves to how many it listed, to what it called well, and
 * to what went wrong. A client that has no way to do one of both says so by `null`.
 */
export async function carryOut({ list, call }) {
  const called = [];
  let failure;
  const listed = list === null ? null : (await list()).filter((name) => name.includes("sora_")).length;
  for (const { what, tool, args, holds } of call === null ? [] : calls) {
    const text = await call(tool, args);
    if (holds.every((part) => bare(text).includes(part))) called.push(what);
    else failure ??= `${what}: ${text.trim().slice(0, 300)}`;
  }
  return { listed, called, failure };
}
