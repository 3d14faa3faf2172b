import { calm, usual } from "./participants.ts";
import type { Participant } from "./state.ts";

/** Who stays on the stage until somebody cuts them: four with a trouble each, and two without. */
export const stageParticipants: readonly Participant[] = [
  {
    ...usual,
    client_id: "frank",
    joinedSecondsAgo: 1391,
    // Talks right into the microphone.
    conditions: calm(0.9),
    event_metadata: { name: "Frank" },
    metadata: { name: "Frank", hand_raised: false },
  },
  {
    ...usual,
    client_id: "grace",
    joinedSecondsAgo: 1142,
    video: { codec_type: "VP9", bit_rate: 1000 },
    conditions: {
      ...calm(0.047),
      loss: 0.12,
      unrepairedLoss: 0.01,
      roundTripSeconds: 0.42,
      jitterSeconds: 0.07,
      unstableLevel: 3,
      unstableShares: [0.05, 0.15, 0.3, 0.5],
    },
    event_metadata: { name: "Grace" },
    metadata: { name: "Grace", hand_raised: true },
  },
  {
    ...usual,
    client_id: "heidi",
    joinedSecondsAgo: 1079,
    silentSecondsAgo: 200,
    conditions: { ...calm(0.058), loss: 0, unrepairedLoss: 0 },
    event_metadata: { name: "Heidi" },
    metadata: { name: "Heidi" },
  },
  {
    ...usual,
    client_id: "ivan",
    joinedSecondsAgo: 957,
    conditions: {
      ...calm(0.041),
      roundTripSeconds: 0.12,
      jitterSeconds: 0.012,
      limitedShare: 0.9,
      limitation: { bitRateShare: 0.2, framesPerSecond: 12 },
      relayProtocol: "tcp",
    },
    event_metadata: { name: "Ivan" },
    metadata: { name: "Ivan" },
  },
  {
    ...usual,
    client_id: "judy",
    joinedSecondsAgo: 783,
    highestRid: "r2",
    conditions: calm(0.066),
    event_metadata: { name: "Judy", team: "support" },
    metadata: { name: "Judy", moderator: true },
  },
  {
    ...usual,
    client_id: "leo",
    role: "recvonly",
    joinedSecondsAgo: 541,
    event_metadata: { name: "Leo" },
    metadata: { name: "Leo" },
  },
];

/** The visit that somebody comes back from whose visit this is, if they were there before. */
export function formerVisit(visit: number): number | undefined {
  return visit % 5 === 0 ? visit - 4 : undefined;
}

/** Whether somebody comes again after this visit. */
export function comesAgainAfter(visit: number): boolean {
  return formerVisit(visit + 4) === visit;
}

/** Who comes for a visit; they are numbered in the order of their first one. */
export function visitor(visit: number): Participant & { readonly client_id: string } {
  const former = formerVisit(visit);
  if (former !== undefined) return visitor(former);
  const number = visit - Math.floor(visit / 5);
  const name = `Visitor ${number}`;
  return {
    ...usual,
    client_id: `visitor-${number}`,
    role: number % 3 === 0 ? "recvonly" : "sendrecv",
    joinedSecondsAgo: 0,
    video: { codec_type: "VP8", bit_rate: 600 },
    picture: { width: 640, height: 360, framesPerSecond: 30 },
    conditions: calm(0.03 + (number % 4) / 100),
    event_metadata: { name },
    metadata: { name },
  };
}
