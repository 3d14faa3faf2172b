import { deliveredVideo, liveStreams } from "./delivery.ts";
import { type Encoding, headerSize, rids, sum, survivors, type Volume } from "./media.ts";
import type { Channel, Connection } from "./state.ts";
import { microsecondTimestamp } from "./timestamps.ts";
import { receivedBySora, sentByClient, sentBySora, uptime } from "./traffic.ts";

const rtcpSize = 64;

/** Bytes on the wire: payload and headers. */
function byteSize({ packets, bytes }: Volume): number {
  return bytes + packets * headerSize;
}

/** Counters named `total_<direction>_rtcp`, and one for each kind that makes it up. */
function rtcpCounters(direction: "received" | "sent", kinds: Readonly<Record<string, number>>) {
  const total = Object.values(kinds).reduce((left, right) => left + right, 0);
  const named = Object.entries(kinds).map(([kind, count]) => [`total_${direction}_rtcp_${kind}`, count]);
  return { total, counters: { [`total_${direction}_rtcp`]: total, ...Object.fromEntries(named) } };
}

function rtpGroup(connection: Connection, encodings: readonly Encoding[], now: number) {
  const seconds = Math.floor(uptime(connection, now) / 1000);
  const received = sum(encodings.map((encoding) => receivedBySora(connection, encoding, now)));
  const produced = sum(encodings.map((encoding) => sentByClient(connection, encoding, now)));
  const sent = sum(connection.streams.map(sentBySora));
  const reachedViewer = survivors(sent, connection.conditions.loss);
  const sends = encodings.length > 0;
  const receives = connection.streams.length > 0;
  const receivedRtcp = rtcpCounters("received", {
    sr: sends ? seconds : 0,
    rr: receives ? seconds : 0,
    rtpfb_generic_nack: sent.packets - reachedViewer.packets,
    rtpfb_transport_wide: receives ? seconds * 10 : 0,
    psfb_pli: receives ? connection.streams.length : 0,
  });
  const sentRtcp = rtcpCounters("sent", {
    sr: receives ? seconds : 0,
    rr: sends ? seconds : 0,
    rtpfb_generic_nack: produced.packets - received.packets,
    rtpfb_transport_wide: sends ? seconds * 10 : 0,
    psfb_pli: sends ? encodings.length : 0,
  });
  return {
    total_received_bytes: byteSize(received) + receivedRtcp.total * rtcpSize,
    total_received_packets: received.packets + receivedRtcp.total,
    total_received_rtp: received.packets,
    total_received_rtp_byte_size: byteSize(received),
    ...receivedRtcp.counters,
    total_sent_bytes: byteSize(sent) + sentRtcp.total * rtcpSize,
    total_sent_packets: sent.packets + sentRtcp.total,
    total_sent_rtp: sent.packets,
    total_sent_rtp_byte_size: byteSize(sent),
    ...sentRtcp.counters,
  };
}

/** How many packets carried which RTP header extension. `sepc` is Sora's own spelling. */
function hdrextGroup(connection: Connection, encodings: readonly Encoding[], now: number) {
  const packets = (those: readonly Encoding[]) =>
    sum(those.map((encoding) => receivedBySora(connection, encoding, now))).packets;
  const video = encodings.filter((encoding) => encoding.picture);
  const isAv1 = connection.video && connection.video.codec_type === "AV1";
  return {
    total_received_rtp_hdrext_abs_send_time: packets(encodings),
    total_received_rtp_hdrext_audio_level: packets(encodings) - packets(video),
    total_received_rtp_hdrext_av1_rtp_sepc: isAv1 ? packets(video) : 0,
    total_received_rtp_hdrext_sdes_mid: packets(encodings),
    total_received_rtp_hdrext_sdes_rtp_stream_id: packets(video.filter((encoding) => encoding.rid)),
    total_received_rtp_hdrext_transport_wide_cc: packets(encodings),
    total_received_rtp_hdrext_unknown: 0,
  };
}

/** The r0, r1 and r2 sub-trees of a simulcast sender; a rid that it cannot afford stays at zero. */
function simulcastGroup(connection: Connection, now: number) {
  const trees = rids.map((rid) => {
    const encodings = connection.sentVideo.filter((encoding) => encoding.rid === rid);
    const received = sum(encodings.map((encoding) => receivedBySora(connection, encoding, now)));
    const rtp = {
      total_decrypt_skipped_srtp: 0,
      total_received_rtp: received.packets,
      total_received_rtp_byte_size: byteSize(received),
      total_received_rtp_padding: 0,
      total_received_rtp_rtx: 0,
    };
    return [rid, { rtp, rtp_hdrext: hdrextGroup(connection, encodings, now) }];
  });
  return Object.fromEntries(trees);
}

function spotlightGroup({ spotlight }: Channel, { connection_id, focusTotals }: Connection) {
  const focus = spotlight?.focused.get(connection_id);
  return {
    spotlight_number: spotlight?.number,
    focused: focus !== undefined,
    fixed: focus?.fixed === true,
    total_spotlight_focus_succeeded: focusTotals.succeeded,
    total_spotlight_focus_failed: focusTotals.failed,
  };
}

function networkGroup({ conditions }: Connection, seconds: number) {
  const totals = conditions.unstableShares.map((share, level) => [
    `total_unstable_level${level}`,
    Math.floor(seconds * share),
  ]);
  return { unstable_level: conditions.unstableLevel, ...Object.fromEntries(totals) };
}

/** What the viewer asked for and gets, per sender. Not a group of Sora's: it makes the requests visible. */
function rtpStreamsGroup(channel: Channel, viewer: Connection) {
  return liveStreams(viewer).map((stream) => {
    const delivered = deliveredVideo(channel, viewer, stream);
    return {
      send_connection_id: stream.sender.connection_id,
      video: delivered !== undefined,
      paused: stream.paused,
      rid: delivered?.rid ?? null,
      request_rid: stream.requestedRid ?? null,
      ...(channel.spotlight && {
        spotlight_focus_rid: stream.spotlightRids.focus,
        spotlight_unfocus_rid: stream.spotlightRids.unfocus,
      }),
      total_sent_rtp: sentBySora(stream).packets,
    };
  });
}

/**
 * The answer of GetStatsConnection: Sora's tree of counters, and under `signaling`, `rtp_streams` and in `spotlight`
 * what the write operations changed.
 */
export function connectionStats(channel: Channel, connection: Connection, now: number) {
  const { channel_id, session_id, client_id, bundle_id, connection_id, pushes } = connection;
  const seconds = Math.floor(uptime(connection, now) / 1000);
  const encodings = [connection.sentAudio ?? [], connection.sentVideo].flat();
  return {
    timestamp: microsecondTimestamp(now * 1000),
    channel_id,
    session_id,
    client_id,
    bundle_id,
    connection_id,
    rtp: rtpGroup(connection, encodings, now),
    rtp_hdrext: hdrextGroup(connection, encodings, now),
    ...(connection.simulcast && { simulcast: simulcastGroup(connection, now) }),
    ...(channel.spotlight && { spotlight: spotlightGroup(channel, connection) }),
    rtp_streams: rtpStreamsGroup(channel, connection),
    signaling: { total_sent_push: pushes.total, last_sent_push: pushes.last },
    dtls: { total_received_dtls: 4, total_sent_dtls: 3 },
    network_status: networkGroup(connection, seconds),
    ice_connection_state: { total_checking_req: 2, total_connected_req: Math.floor(seconds / 2.5) },
    turn: {
      total_received_allocate_request: 2,
      total_received_binding_request: Math.floor(seconds / 2.5),
      total_sent_binding_success: Math.floor(seconds / 2.5),
    },
  };
}
