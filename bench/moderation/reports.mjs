// Clients' reports that can be judged: those of sora-data.mjs, with the members by which a connection is good or bad.

/** How a connection is: shares from 0 to 1, seconds, and how loud its microphone is, from 0 to 1. */
const usual = { loss: 0.002, roundTrip: 0.024, jitter: 0.004, frozen: 0, concealed: 0.001, loudness: 0.06 };
const conditions = {
  usual,
  loud: { ...usual, loudness: 0.92 },
  bad: { ...usual, loss: 0.12, roundTrip: 0.46, jitter: 0.07, frozen: 0.25, concealed: 0.11 },
};

/** For how long the streams had been there. */
const seconds = 1790;
const perSecond = { audio: 50, video: 120 };
const samples = seconds * 48_000;

/** What GetRtcStats answers for a client whose connection is `usual`, `loud` or `bad`, reported at `at`. */
export function rtcStats({ channel_id, connection_id, stats }, how, at) {
  const condition = conditions[how];
  const entries = stats.flatMap((entry) => withMembers(entry, condition));
  return {
    channel_id,
    connection_id,
    timestamp: new Date(at).toISOString(),
    rtc_stats: entries.map((entry) => ({ ...entry, timestamp: at + 0.573 })),
  };
}

function withMembers(entry, condition) {
  switch (entry.type) {
    case "candidate-pair":
      return [{ ...entry, ...pairMembers(condition) }];
    case "media-source":
      return [{ ...entry, ...soundMembers(condition) }, camera];
    case "outbound-rtp":
      return sent(entry, condition);
    case "inbound-rtp":
      return [{ ...entry, ...receivedMembers(entry, condition) }];
    default:
      return [entry];
  }
}

const camera = {
  id: "SV",
  type: "media-source",
  kind: "video",
  width: 1280,
  height: 720,
  framesPerSecond: 30,
};

function pairMembers({ roundTrip }) {
  const checks = Math.floor(seconds / 2.5);
  return {
    localCandidateId: "I01",
    remoteCandidateId: "I02",
    currentRoundTripTime: roundTrip,
    totalRoundTripTime: checks * roundTrip,
    responsesReceived: checks,
    availableOutgoingBitrate: 2_400_000,
  };
}

function soundMembers({ loudness }) {
  return {
    audioLevel: loudness,
    totalAudioEnergy: loudness ** 2 * seconds,
    totalSamplesDuration: seconds,
  };
}

/** An outbound stream, and what Sora reports back of it. */
function sent(entry, { loss, roundTrip, jitter }) {
  const { id, ssrc, kind, codecId, transportId } = entry;
  const packetsSent = seconds * perSecond[kind];
  const remoteId = `Remote${id}`;
  const durations = { none: seconds, cpu: 0, bandwidth: 0, other: 0 };
  return [
    {
      ...entry,
      remoteId,
      active: true,
      packetsSent,
      ...(kind === "video" && {
        rid: `r${Number(id.at(-1)) - 1}`,
        framesEncoded: seconds * 30,
        totalEncodeTime: seconds * 0.24,
        qualityLimitationReason: "none",
        qualityLimitationDurations: durations,
      }),
    },
    {
      id: remoteId,
      type: "remote-inbound-rtp",
      ssrc,
      kind,
      codecId,
      transportId,
      localId: id,
      packetsLost: Math.floor(packetsSent * loss),
      fractionLost: loss,
      jitter,
      roundTripTime: roundTrip,
    },
  ];
}

function receivedMembers({ kind }, { loss, jitter, frozen, concealed }) {
  const packets = seconds * perSecond[kind];
  const packetsLost = Math.floor(packets * loss);
  return {
    packetsReceived: packets - packetsLost,
    packetsLost,
    jitter,
    ...(kind === "audio"
      ? {
          totalSamplesReceived: samples,
          concealedSamples: Math.floor(samples * concealed),
          silentConcealedSamples: 0,
        }
      : {
          framesReceived: seconds * 30,
          framesDropped: 0,
          freezeCount: Math.floor(seconds * frozen * 2),
          totalFreezesDuration: seconds * frozen,
          totalInterFrameDelay: seconds,
        }),
  };
}
