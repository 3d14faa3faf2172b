import { wireBytes } from "./media.ts";
import { type Entry, transportId } from "./rtc-common.ts";
import type { Connection } from "./state.ts";
import { receivedByViewer, sentByClient, uptime } from "./traffic.ts";

/** What a browser takes for granted before it has sent anything, in bit/s. */
const startBitRate = 300_000;

/** Plenty, or hardly more than what is sent. */
function availableBitRate({ sent, conditions }: Connection): number {
  const encodings = [...sent.audio, ...sent.video];
  if (encodings.length === 0) return startBitRate;
  const isShort = conditions.limitedShare > 0.5;
  const rates = encodings.map((encoding) =>
    isShort ? encoding.packetsPerSecond * encoding.packetSize * 8 * 1.1 : encoding.targetBitRate * 2,
  );
  return Math.round(rates.reduce((left, right) => left + right, 0));
}

/** The one path to Sora, with the totals of everything that went over it, of senders who left too. */
export function transportEntries(connection: Connection, now: number): Entry[] {
  const { sent: encodings, conditions } = connection;
  const { roundTripSeconds, relayProtocol } = conditions;
  const sent = sentByClient(connection, [...encodings.audio, ...encodings.video], now);
  const received = receivedByViewer(connection);
  const totals = {
    packetsSent: sent.packets,
    packetsReceived: received.packets,
    bytesSent: wireBytes(sent),
    bytesReceived: wireBytes(received),
  };
  const checks = Math.floor(uptime(connection, now) / 2500);
  const selectedCandidatePairId = "RTCIceCandidatePair_1";
  const [localCandidateId, remoteCandidateId] = ["RTCIceCandidate_local", "RTCIceCandidate_remote"];
  const host = { transportId, protocol: "udp", candidateType: "host" };
  const local = relayProtocol ? { ...host, candidateType: "relay", relayProtocol } : host;
  return [
    { id: transportId, type: "transport", dtlsState: "connected", selectedCandidatePairId, ...totals },
    {
      id: selectedCandidatePairId,
      type: "candidate-pair",
      transportId,
      localCandidateId,
      remoteCandidateId,
      state: "succeeded",
      nominated: true,
      ...totals,
      requestsSent: checks,
      responsesReceived: checks,
      currentRoundTripTime: roundTripSeconds,
      totalRoundTripTime: checks * roundTripSeconds,
      availableOutgoingBitrate: availableBitRate(connection),
    },
    { id: localCandidateId, type: "local-candidate", ...local, address: "192.0.2.10", port: 50_000 },
    { id: remoteCandidateId, type: "remote-candidate", ...host, address: "198.51.100.1", port: 5004 },
  ];
}
