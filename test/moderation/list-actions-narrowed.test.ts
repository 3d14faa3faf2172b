import { expect, test } from "vitest";
import { actionsOf } from "../../src/moderation/actions.ts";
import { listActions } from "../../src/moderation/list-actions.ts";
import { MadeUpSora } from "./made-up-sora.ts";

test("what was done in a channel that is no longer allowed is neither told nor looked up", async () => {
  const caller = {};
  const done = { at: "", target: {}, confirmed_by: null, outcome: "muted" };
  for (const channel_id of ["sora", "lounge"])
    actionsOf(caller).add({ ...done, tool: "sora_mute", channel_id });
  const sora = new MadeUpSora([], caller);
  const asked: string[] = [];
  Object.assign(sora, {
    allows: (channel: string) => channel === "sora",
    read: async (_target: string, body: { channel_id: string }) => {
      asked.push(body.channel_id);
      return [];
    },
  });
  const { run } = listActions.prepare({}, "flag", String);
  expect(await run(sora)).toMatchObject({ actions: [{ channel_id: "sora" }] });
  expect([...new Set(asked)]).toEqual(["sora"]);
});
