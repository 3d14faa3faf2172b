import { diagnoseConnection } from "../../../src/moderation/diagnosis/connection-diagnosis.ts";
import { ratesBetween } from "../../../src/moderation/diagnosis/counters.ts";
import { participantsIn } from "../../../src/moderation/diagnosis/participant.ts";
import { readReport } from "../../../src/moderation/diagnosis/report.ts";
import { reportedBy } from "../../../src/moderation/diagnosis/reported.ts";
import { surroundingsIn } from "../../../src/moderation/diagnosis/surroundings.ts";
import { after, afterAt, connectionId } from "./bad-connection.ts";

export const connection = {
  connection_id: connectionId,
  client_id: "E35JE7KG694H3F5NZ304AG3R74",
  role: "sendrecv",
};
export const others = [
  { connection_id: "B", client_id: "b", role: "sendrecv" },
  { connection_id: "C", client_id: connection.client_id, role: "recvonly" },
];

/** What Sora answers about one connection in a channel. */
export interface Answers {
  readonly report?: unknown;
  readonly earlier?: unknown;
  readonly counters?: readonly [unknown, unknown];
  readonly connections?: readonly object[];
  readonly blocked?: Parameters<typeof surroundingsIn>[1];
}

export function evidenceOf({
  report,
  earlier,
  counters,
  connections = [connection, ...others],
  blocked = [],
}: Answers) {
  const participants = participantsIn(connections);
  const [participant] = participants;
  if (!participant) throw new Error("nobody");
  const read = readReport(report);
  const rates = counters && ratesBetween(...counters, 4000);
  return {
    participant,
    surroundings: surroundingsIn(participants, blocked, new Map())(participant),
    rates,
    reported: read && reportedBy(read, readReport(earlier), afterAt + 30_000),
  };
}

export const diagnosed = (answers: Answers) => diagnoseConnection(evidenceOf(answers));

export const counters = (received: number, sent: number, checks: number, answered: number) => ({
  rtp: {
    total_received_rtp: received,
    total_received_rtp_byte_size: received * 900,
    total_sent_rtp: sent,
    total_sent_rtp_byte_size: sent * 900,
  },
  ice_connection_state: { total_connected_req: checks, total_connected_ack: answered },
});
export const flowing = [counters(100, 100, 4, 4), counters(260, 340, 6, 6)] as const;

/** A report of which all is well. */
export const fine = {
  timestamp: after.timestamp,
  rtc_stats: [
    { type: "media-source", kind: "audio", totalAudioEnergy: 0.2, totalSamplesDuration: 100 },
    { type: "media-source", kind: "video", framesPerSecond: 30 },
    { type: "outbound-rtp", kind: "video", ssrc: 1, packetsSent: 5000, framesPerSecond: 30 },
    { type: "remote-inbound-rtp", kind: "video", ssrc: 1, packetsLost: 12, jitter: 0.01 },
    { type: "inbound-rtp", kind: "audio", ssrc: 2, packetsReceived: 5000, packetsLost: 3, jitter: 0.004 },
    { type: "candidate-pair", selected: true, localCandidateId: "l", currentRoundTripTime: 0.0234 },
    { type: "local-candidate", id: "l", candidateType: "srflx", protocol: "udp" },
  ],
};
