import { describe, expect, test } from "vitest";
import type { Rates } from "../../../src/moderation/diagnosis/counters.ts";
import { participantsIn } from "../../../src/moderation/diagnosis/participant.ts";
import { surroundingsIn } from "../../../src/moderation/diagnosis/surroundings.ts";

const connection = (connection_id: string, role: string, more: object = {}) => ({
  connection_id,
  client_id: connection_id,
  role,
  audio: {},
  video: {},
  ...more,
});

function rates(packetsPerSecond: number | undefined): Rates {
  const flow = { kbps: undefined, packetsPerSecond };
  return { up: flow, down: { kbps: undefined, packetsPerSecond: undefined }, unansweredChecks: undefined };
}

/** The surroundings of who is called A. */
function around(
  connections: readonly object[],
  blocked: Parameters<typeof surroundingsIn>[1] = [],
  sending: Readonly<Record<string, number | undefined>> = {},
) {
  const participants = participantsIn(connections);
  const byId = new Map(Object.entries(sending).map(([id, packets]) => [id, rates(packets)]));
  const a = participants.find(({ connection_id }) => connection_id === "A");
  if (!a) throw new Error("nobody");
  return surroundingsIn(participants, blocked, byId)(a);
}

const cut = (sender: string, receiver: string, kind: string) => ({ sender, receiver, kind });

describe("participants", () => {
  test("are the connections that have an id, the oldest first, with the words that Sora has", () => {
    const given = [
      connection("B", "sendonly", { created_time: 2, video: false }),
      { client_id: "no id" },
      connection("A", "boss", { created_time: 1, spotlight: true, client_id: 5 }),
    ];
    expect(participantsIn(given)).toEqual([
      {
        connection_id: "A",
        client_id: undefined,
        role: undefined,
        sends: true,
        receives: true,
        kinds: ["audio", "video"],
        isSpotlight: true,
      },
      {
        connection_id: "B",
        client_id: "B",
        role: "sendonly",
        sends: true,
        receives: false,
        kinds: ["audio"],
        isSpotlight: false,
      },
    ]);
  });

  test.each([[null], [{}], [["A"]]])("%j are none", (answer) => {
    expect(() => participantsIn(answer)).toThrow(expect.objectContaining({ code: "bad_response" }));
  });
});

test("connections of one client are counted, those of no client are not", () => {
  const [a, b, c] = [connection("A", "sendrecv"), connection("B", "sendrecv"), connection("C", "sendrecv")];
  expect(around([a, b, c]).connectionsOfClient).toBe(1);
  expect(around([a, { ...b, client_id: "A" }, c]).connectionsOfClient).toBe(2);
  expect(
    around([
      { ...a, client_id: 1 },
      { ...b, client_id: 1 },
    ]).connectionsOfClient,
  ).toBe(1);
});

describe("muted", () => {
  const all = [
    connection("A", "sendrecv"),
    connection("B", "sendrecv"),
    connection("C", "recvonly", { video: false }),
    connection("D", "sendonly"),
  ];
  test.each([
    ["for nobody", [], { audio: { cutFor: 0, of: 2 }, video: { cutFor: 0, of: 1 } }],
    ["for one", [cut("A", "B", "audio")], { audio: { cutFor: 1, of: 2 }, video: { cutFor: 0, of: 1 } }],
    [
      "for all",
      [cut("A", "B", "audio"), cut("A", "C", "audio")],
      { audio: { cutFor: 2, of: 2 }, video: { cutFor: 0, of: 1 } },
    ],
    ["in one kind", [cut("A", "B", "video")], { audio: { cutFor: 0, of: 2 }, video: { cutFor: 1, of: 1 } }],
    [
      "is not who does not hear somebody",
      [cut("B", "A", "audio")],
      { audio: { cutFor: 0, of: 2 }, video: { cutFor: 0, of: 1 } },
    ],
    [
      "for who would get nothing anyway",
      [cut("A", "D", "audio"), cut("A", "gone", "audio")],
      { audio: { cutFor: 0, of: 2 }, video: { cutFor: 0, of: 1 } },
    ],
  ])("%s", (_what, blocked, muted) => {
    expect(around(all, blocked).muted).toEqual(muted);
  });

  test("is nobody who does not send", () => {
    const viewer = connection("A", "recvonly");
    expect(around([viewer, connection("B", "sendrecv")], [cut("A", "B", "audio")]).muted.audio).toEqual({
      cutFor: 0,
      of: 0,
    });
  });
});

describe("what there is to receive", () => {
  const viewer = connection("A", "recvonly");
  const sender = connection("B", "sendrecv");
  const everything = [cut("B", "A", "audio"), cut("B", "A", "video")];
  test.each([
    ["nothing, alone", [viewer], [], {}, "nothing"],
    ["nothing, among viewers", [viewer, connection("B", "recvonly")], [], {}, "nothing"],
    ["expected of who should send", [viewer, sender], [], {}, "expected"],
    ["expected of whose packets are not counted", [viewer, sender], [], { B: undefined }, "expected"],
    ["seen of who sends", [viewer, sender], [], { B: 9 }, "seen"],
    ["nothing of who sends nothing", [viewer, sender], [], { B: 0 }, "nothing"],
    ["what one of two sends", [viewer, sender, connection("C", "sendonly")], [], { B: 0, C: 3 }, "seen"],
    ["nothing, with everything blocked", [viewer, sender], everything, { B: 9 }, "nothing"],
    ["expected, with one kind blocked", [viewer, sender], everything.slice(1), { B: 9 }, "expected"],
    ["expected, with one kind not wanted", [{ ...viewer, video: false }, sender], [], { B: 9 }, "expected"],
    ["seen of who sends one kind only", [viewer, { ...sender, video: false }], [], { B: 9 }, "seen"],
    [
      "nothing, with the other kind not wanted",
      [{ ...viewer, video: false }, sender],
      everything.slice(0, 1),
      { B: 9 },
      "nothing",
    ],
    [
      "nothing of another kind",
      [
        { ...viewer, video: false },
        { ...sender, audio: false },
      ],
      [],
      { B: 9 },
      "nothing",
    ],
    ["expected, when the filters are not known", [viewer, sender], undefined, { B: 9 }, "expected"],
    ["expected, with spotlight", [{ ...viewer, spotlight: true }, sender], [], { B: 9 }, "expected"],
    ["nothing for who only sends", [{ ...viewer, role: "sendonly" }, sender], [], { B: 9 }, "nothing"],
  ])("%s", (_what, connections, blocked, sending, offered) => {
    const participants = participantsIn(connections);
    const byId = new Map(Object.entries(sending).map(([id, packets]) => [id, rates(packets)]));
    const [a] = participants;
    expect(a && surroundingsIn(participants, blocked, byId)(a).offered).toBe(offered);
  });
});
