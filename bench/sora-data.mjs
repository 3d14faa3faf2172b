// A made-up channel in the shapes that Sora answers with: the same bytes at every run, so that token counts repeat.

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const startedAt = Date.UTC(2026, 0, 15, 9, 30, 0);
const senders = [
  { role: "sendrecv", name: "Akiko Yamada" },
  { role: "sendrecv", name: "Kenji Mori" },
  { role: "sendonly", name: "Stage camera" },
];

/** Numbers from 0 up to 1 that look random (https://en.wikipedia.org/wiki/Linear_congruential_generator). */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** In the form of Sora's ids: a UUID of version 4 in Clockwork Base32. */
function soraId(random) {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16));
  hex[12] = 4;
  hex[16] = 8 + (hex[16] % 4);
  const bits = BigInt(`0x${hex.map((digit) => digit.toString(16)).join("")}`) << 2n;
  return Array.from({ length: 26 }, (_, index) =>
    alphabet.charAt(Number((bits >> BigInt(5 * (25 - index))) & 31n)),
  ).join("");
}

/** RFC 3339 with microseconds, as Sora writes it. */
function microseconds(time) {
  return new Date(time / 1000).toISOString().replace("Z", `${String(time % 1000).padStart(3, "0")}Z`);
}

/** Three who send, everybody else watches; the last two come from one client. */
export function makeChannel(size) {
  const random = randomNumbers(size);
  const whole = (below) => Math.floor(random() * below);
  const channel_id = `shiguredo_0_bench_${size}`;
  const session_id = soraId(random);
  const people = Array.from({ length: size }, (_, index) => {
    const { role, name } = senders[index] ?? { role: "recvonly", name: `Viewer ${index}` };
    return {
      role,
      name,
      connection_id: soraId(random),
      joined: startedAt * 1000 + index * 1_700_000 + whole(1_000_000),
    };
  });
  const clientOf = (index) => people[index === size - 1 ? size - 2 : index].connection_id;

  const connections = people.map(({ role, name, connection_id, joined }, index) => ({
    node_name: "sora@127.0.0.1",
    channel_id,
    session_id,
    client_id: clientOf(index),
    bundle_id: connection_id,
    connection_id,
    created_time: joined,
    created_timestamp: microseconds(joined),
    role,
    multistream: true,
    simulcast: role !== "recvonly",
    spotlight: false,
    recording_block: false,
    event_metadata: { user_id: 1000 + index, name },
    audio: { codec_type: "OPUS" },
    video: { codec_type: "VP9", bit_rate: 1500 },
  }));
  const metadata = people.map(({ connection_id, name }, index) => ({
    client_id: clientOf(index),
    bundle_id: connection_id,
    connection_id,
    metadata: { display_name: name, hand_raised: index % 4 === 0, language: "ja" },
  }));
  const stats = connections.map((connection) => serverStats(connection, whole));
  const userAgentStats = connections.map((connection) => clientStats(connection, random));
  return { channel_id, connections, metadata, stats, userAgentStats };
}

/** The tree of counters of GetStatsConnection. */
function serverStats({ channel_id, session_id, client_id, bundle_id, connection_id, role }, whole) {
  const counters = (prefix, names, below) =>
    Object.fromEntries(names.map((name) => [`${prefix}${name}`, whole(below)]));
  const rtp = ["decrypt_skipped_srtp", "received_rtp", "received_rtp_byte_size", "received_rtp_padding"];
  const moreRtp = ["received_rtp_padding_size", "received_rtp_red", "received_rtp_rtx"];
  const hdrext = ["abs_send_time", "audio_level", "av1_rtp_sepc", "playout_delay", "sdes_mid"];
  const moreHdrext = ["sdes_rtp_stream_id", "toffset", "transport_wide_cc", "unknown", "video_orientation"];
  const header = () => counters("total_received_rtp_hdrext_", [...hdrext, ...moreHdrext], 90_000);
  const rtcp = ["bye", "psfb_fir", "psfb_pli", "rr", "rtpfb_generic_nack", "rtpfb_transport_wide", "sr"];
  const traffic = (direction) => ({
    ...counters(`total_${direction}_`, ["bytes", "packets", "rtp", "rtcp"], 40_000_000),
    ...counters(`total_${direction}_rtcp_`, rtcp, 4000),
  });
  const layer = () => ({ rtp: counters("total_", [...rtp, ...moreRtp], 9_000_000), rtp_hdrext: header() });
  return {
    timestamp: "2026-01-15T10:00:00.000000Z",
    channel_id,
    group_id: "default",
    session_id,
    client_id,
    bundle_id,
    connection_id,
    rtp: { ...traffic("received"), ...traffic("sent") },
    rtp_hdrext: header(),
    ...(role !== "recvonly" && { simulcast: { r0: layer(), r1: layer(), r2: layer() } }),
    turn: counters("total_", ["received_binding_request", "sent_binding_success"], 900),
    dtls: { total_received_dtls: 3, total_sent_dtls: 3 },
    network_status: {
      unstable_level: 0,
      ...counters("total_unstable_level", [0, 1, 2, 3], 1800),
    },
    ice_connection_state: counters("total_", ["connected_req", "connected_ack", "checking_req"], 900),
  };
}

/** What a browser's getStats() says: one transport, what is sent in three layers, what is received from each sender. */
function clientStats({ channel_id, connection_id, role }, random) {
  const count = (below) => Math.floor(random() * below);
  const timestamp = startedAt + 1_800_000.573;
  const entry = (type, id, members) => ({ id, timestamp, type, ...members });
  const traffic = (direction) => ({
    [`packets${direction}`]: count(90_000),
    [`bytes${direction}`]: count(90_000_000),
    [`headerBytes${direction}`]: count(2_000_000),
  });
  const rtp = (direction, kind, index) =>
    entry(direction === "Sent" ? "outbound-rtp" : "inbound-rtp", `${direction}${kind}${index}`, {
      ssrc: count(2 ** 32),
      kind,
      transportId: "T01",
      codecId: kind === "audio" ? "CIT01_109_minptime=10;useinbandfec=1" : "CIT01_98_profile-id=0",
      mid: String(index),
      ...traffic(direction),
      ...(direction === "Received" && { packetsLost: count(90), jitter: count(20) / 1000 }),
      ...(kind === "audio"
        ? { audioLevel: count(1000) / 32767, totalAudioEnergy: random(), totalSamplesDuration: 1790.08 }
        : { frameWidth: 1280, frameHeight: 720, framesPerSecond: 30, framesDecoded: count(54_000) }),
    });
  const sends = role !== "recvonly";
  const watched = role === "sendonly" ? 0 : senders.length - (sends ? 1 : 0);
  return {
    channel_id,
    connection_id,
    timestamp: "2026-01-15T09:59:58.264Z",
    stats: [
      entry("transport", "T01", {
        dtlsState: "connected",
        selectedCandidatePairId: "CP01",
        ...traffic("Sent"),
        ...traffic("Received"),
      }),
      entry("candidate-pair", "CP01", {
        state: "succeeded",
        nominated: true,
        currentRoundTripTime: 0.012,
        ...traffic("Sent"),
        ...traffic("Received"),
      }),
      entry("local-candidate", "I01", {
        candidateType: "host",
        protocol: "udp",
        address: "192.0.2.10",
        port: 50_000,
      }),
      entry("remote-candidate", "I02", {
        candidateType: "host",
        protocol: "udp",
        address: "198.51.100.1",
        port: 5004,
      }),
      entry("codec", "C109", { mimeType: "audio/opus", payloadType: 109, clockRate: 48_000, channels: 2 }),
      entry("codec", "C98", { mimeType: "video/VP9", payloadType: 98, clockRate: 90_000 }),
      ...(sends ? [entry("media-source", "SA", { kind: "audio", audioLevel: random() })] : []),
      ...(sends ? [rtp("Sent", "audio", 0), ...[1, 2, 3].map((layer) => rtp("Sent", "video", layer))] : []),
      ...Array.from({ length: watched }, (_, sender) => [
        rtp("Received", "audio", 2 * sender),
        rtp("Received", "video", 2 * sender + 1),
      ]).flat(),
    ],
  };
}
