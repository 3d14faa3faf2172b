// How a model does each job with the tools that were made for it: see plain-plans.mjs. Each plan ends with a look whether the
// answer is right: what a wrong one costs is of no interest.
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

/** The first poll that sees a change, when one is made at `now` and then one every few seconds. */
const pollAfter = (change, now, every) => now + every * Math.ceil((change - now) / every);

const clientOf = ({ client_id }) => client_id;
const sorted = (rows) => rows.map(clientOf).sort();

export const jobPlans = {
  async here({ call, channel_id, size }) {
    const { total, connections } = await call("sora_overview", { channel_id });
    assert.equal(total, size);
    assert.equal(connections.length, Math.min(size, 25));
  },

  async find({ call, channel_id, bad }) {
    const { connections } = await call("sora_overview", { channel_id, client_id: bad });
    assert.deepEqual(connections.map(clientOf), [bad]);
  },

  async loud({ call, channel_id, loud }) {
    const { connections } = await call("sora_diagnose", { channel_id });
    const tooLoud = connections.filter(({ findings }) => findings.some(({ code }) => code === "loud_mic"));
    assert.deepEqual(tooLoud.map(clientOf), [loud]);
  },

  /** A look at the start, and what has changed since at the end. */
  async minute({ call, channel_id, setSecond, moved }) {
    await setSecond(0);
    const { cursor } = await call("sora_wait", { channel_id, timeout_s: 1 });
    await setSecond(60);
    const { joined, left } = await call("sora_wait", { channel_id, cursor });
    assert.deepEqual(sorted(joined), sorted(moved.joined));
    assert.deepEqual(sorted(left), sorted(moved.left));
  },

  /**
   * Waits until somebody comes or goes, again and again until the minute is over. The first wait meets the first change as a
   * real one does; after it the clock is set to the poll that would see the next change, so that nobody has to wait for it.
   */
  async watch({ call, channel_id, setSecond, moved, changes, pollEvery }) {
    await setSecond(0);
    const first = call("sora_wait", { channel_id, timeout_s: 50 });
    await pause(300);
    let now = pollAfter(changes[0], 0, pollEvery);
    await setSecond(now);
    const told = [await first];
    for (;;) {
      const next = changes.find((change) => change > now);
      if (next === undefined) break;
      now = pollAfter(next, now, pollEvery);
      await setSecond(now);
      told.push(await call("sora_wait", { channel_id, cursor: told.at(-1).cursor, timeout_s: 50 }));
    }
    if (now < 60) await call("sora_wait", { channel_id, cursor: told.at(-1).cursor, timeout_s: 1 });
    assert.deepEqual(sorted(told.flatMap(({ joined }) => joined)), sorted(moved.joined));
    assert.deepEqual(sorted(told.flatMap(({ left }) => left)), sorted(moved.left));
  },

  async bad({ call, channel_id, bad }) {
    const { connections } = await call("sora_diagnose", { channel_id, client_id: bad });
    assert.deepEqual(connections.map(clientOf), [bad]);
    assert.equal(connections[0].verdict, "bad");
  },

  async mute({ call, channel_id, loud }) {
    const { status, undo } = await call("sora_mute", { channel_id, client_id: loud });
    assert.equal(status, "muted");
    const undone = await call(undo.tool, undo.arguments);
    assert.equal(undone.status, "unmuted");
  },
};
