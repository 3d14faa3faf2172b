// Sora's own counters of one connection, which go on while the bench looks: those of sora-data.mjs and what came since.

const bytesPerPacket = 1100;
const packetsPerSecond = { sent: 140, received: 140 };
const secondsPerCheck = 2.5;

/** What GetStatsConnection answers so many seconds after the beginning. */
export function countersAfter(seconds, { role, rtp, ice_connection_state, ...others }) {
  const flows = {
    received: role === "recvonly" ? 0 : packetsPerSecond.received,
    sent: role === "sendonly" ? 0 : packetsPerSecond.sent,
  };
  const checks = Math.floor(seconds / secondsPerCheck);
  return {
    ...others,
    timestamp: new Date().toISOString().replace("Z", "000Z"),
    rtp: {
      ...rtp,
      ...grown(rtp, "received", flows.received * seconds, seconds),
      ...grown(rtp, "sent", flows.sent * seconds, seconds),
    },
    ice_connection_state: {
      ...ice_connection_state,
      total_connected_req: 720 + checks,
      total_connected_ack: 720 + checks,
    },
  };
}

/** One direction; who sends or gets no media still exchanges RTCP, once a second. */
function grown(rtp, direction, rtpPackets, seconds) {
  const packets = Math.floor(rtpPackets);
  const rtcp = Math.floor(seconds);
  const name = (what) => `total_${direction}_${what}`;
  return {
    [name("rtp")]: rtp[name("rtp")] + packets,
    [name("rtcp")]: rtp[name("rtcp")] + rtcp,
    [name("packets")]: rtp[name("packets")] + packets + rtcp,
    [name("bytes")]: rtp[name("bytes")] + packets * bytesPerPacket + rtcp * 64,
  };
}
