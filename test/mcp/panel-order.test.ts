import { expect, test } from "vitest";
import {
  counters,
  type Json,
  MadeUpSora,
  reportOf,
  row,
  soraNow,
} from "../moderation/diagnosis/made-up-sora.ts";
import { pass, withMadeUpTime } from "../moderation/made-up-sora.ts";
import { ids, idsIn, renewed } from "./renewed-panel.ts";

// Whom the panel shows and in which order, from one renewal to the next.

withMadeUpTime();

/** Counters of somebody who answers nothing any more. */
const unanswering = () => {
  const seconds = Math.round(performance.now() / 1000);
  return {
    timestamp: new Date(soraNow()).toISOString(),
    rtp: { total_received_rtp: 7, total_received_rtcp: 7, total_received_packets: 7, total_sent_rtp: 7 },
    ice_connection_state: { total_connected_req: seconds, total_connected_ack: 7 },
  };
};

test("the worst first, and who does not respond by the second reading of counters", async () => {
  const silent = ["C", "D"];
  const counts = ({ connection_id }: Json) =>
    silent.includes(String(connection_id)) ? unanswering() : counters();
  const lost: Record<string, number> = { B: 50, D: 300, E: 500 };
  const all = ["A", "B", "C", "D", "E"];
  const sora = new MadeUpSora({
    answers: {
      // Of who sends neither kind it is no trouble that nothing comes.
      ListChannelConnections: () => all.map((id) => row(id, id === "C" ? { audio: false } : {})),
      ListChannelRtcStats: () => all.map((id) => reportOf(id, lost[id] ?? 0)),
      GetStatsConnection: counts,
    },
  });
  const first = await renewed(sora);
  expect(idsIn(first)).toBe("D E B A C");
  expect(first.people.map(({ verdict }) => verdict)).toEqual(["bad", "bad", "fair", "good", "good"]);
  const severities = first.people.map(({ finding }) => finding?.severity);
  expect(severities).toEqual(["bad", "bad", "fair", undefined, undefined]);
  expect(JSON.stringify(first)).not.toContain("not_responding");
  pass(4_000);
  const second = await renewed(sora);
  expect(idsIn(second)).toBe("D C E B A");
  const [d, c, e, , a] = second.people;
  // Told as the worst, it is no mark beside that.
  expect([d?.finding?.code, d?.marks]).toEqual(["downlink_loss", ["not_responding"]]);
  expect([c?.finding?.code, c?.marks]).toEqual(["not_responding", undefined]);
  expect([e?.finding?.code, e?.marks]).toEqual(["downlink_loss", undefined]);
  expect([a?.finding, a?.verdict]).toEqual([undefined, "good"]);
  // Between two readings it stays what it was.
  pass(2_000);
  expect((await renewed(sora)).people).toEqual(second.people);
});

test("500 are shown, the worst of them all, and the rest is counted", async () => {
  const all = ids(503);
  const sora = new MadeUpSora({
    answers: {
      ListChannelConnections: () => all.map((id) => row(id)),
      ListChannelRtcStats: () => all.map((id) => reportOf(id, id === "P502" ? 500 : 0)),
    },
  });
  const { total, people, rest } = await renewed(sora);
  expect([total, people.length, rest]).toEqual([503, 500, 3]);
  expect(people[0]).toMatchObject({ connection_id: "P502", verdict: "bad" });
  expect(people.at(-1)).toMatchObject({ connection_id: "P498" });
});

test.each([
  [500, undefined],
  [501, 1],
])("of %d, the rest is %s", async (count, left) => {
  const sora = new MadeUpSora({
    answers: {
      ListChannelConnections: () => ids(count).map((id) => row(id)),
      ListChannelRtcStats: () => [],
    },
  });
  expect((await renewed(sora)).rest).toBe(left);
});

test("how old reports are, and they grow older between two readings", async () => {
  const sora = new MadeUpSora({
    answers: { ListChannelRtcStats: () => [reportOf("A", 0, 5), reportOf("B", 0, 40)] },
  });
  expect((await renewed(sora)).report_age_s).toEqual({ newest: 5, oldest: 40 });
  pass(2_000);
  expect((await renewed(sora)).report_age_s).toEqual({ newest: 7, oldest: 42 });
});

test("who joined since the reports were read is not known to be well", async () => {
  const all = ["A", "B"];
  const sora = new MadeUpSora({ answers: { ListChannelConnections: () => all.map((id) => row(id)) } });
  await renewed(sora);
  all.push("C");
  all.shift();
  pass(2_000);
  const { people, total } = await renewed(sora);
  expect(people.map(({ connection_id, verdict }) => [connection_id, verdict])).toEqual([
    ["C", "unknown"],
    ["B", "good"],
  ]);
  expect(total).toBe(2);
});
