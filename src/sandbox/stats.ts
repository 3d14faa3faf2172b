import { audioStreamingGroup } from "./audio-streaming.ts";
import { deliveredAudio, deliveredVideo } from "./delivery.ts";
import { type Encoding, rids, survivors, type Volume, wireBytes } from "./media.ts";
import { type Connection, idsOf } from "./state.ts";
import { microsecondTimestamp } from "./timestamps.ts";
import { receivedBySora, sentByClient, sentBySora, sentToViewer, timeHeard, uptime } from "./traffic.ts";

const rtcpSize = 64;
const iceCheckEveryMs = 2500;

/** The counters of one direction, such as `total_sent_bytes`: RTP, RTCP by kind, and both together. */
function directionCounters(direction: "received" | "sent", rtp: Volume, rtcp: Record<string, number>) {
  const rtcpTotal = Object.values(rtcp).reduce((left, right) => left + right, 0);
  const rtcpKinds = Object.entries(rtcp).map(([kind, count]) => [`total_${direction}_rtcp_${kind}`, count]);
  return {
    [`total_${direction}_bytes`]: wireBytes(rtp) + rtcpTotal * rtcpSize,
    [`total_${direction}_packets`]: rtp.packets + rtcpTotal,
    [`total_${direction}_rtp`]: rtp.packets,
    [`total_${direction}_rtp_byte_size`]: wireBytes(rtp),
    [`total_${direction}_rtcp`]: rtcpTotal,
    ...Object.fromEntries(rtcpKinds),
  };
}

function rtpGroup(connection: Connection, encodings: readonly Encoding[], now: number) {
  const { streams, past, silentSince, conditions, keyFrameRequests } = connection;
  const produced = sentByClient(connection, encodings, now);
  const received = receivedBySora(connection, encodings, now);
  const sent = sentToViewer(connection);
  const reachedViewer = survivors(sent, conditions.loss);
  const requestedKeyFrames = [...keyFrameRequests.values()].reduce((left, right) => left + right, 0);
  const seconds = Math.floor(uptime(connection, now) / 1000);
  const heardSeconds = Math.floor(timeHeard(connection, now) / 1000);
  const allStreams = past.streams + streams.length;
  const isSending = Number(encodings.length > 0);
  const isReceiving = Number(allStreams > 0);
  return {
    ...directionCounters("received", received, {
      sr: heardSeconds * isSending,
      rr: heardSeconds * isReceiving,
      rtpfb_generic_nack: sent.packets - reachedViewer.packets,
      rtpfb_transport_wide: heardSeconds * isReceiving * 10,
      // Who is silent asks for no picture of those who come; how often it did before is not kept.
      psfb_pli: silentSince === undefined ? allStreams : 0,
    }),
    ...directionCounters("sent", sent, {
      sr: seconds * isReceiving,
      rr: seconds * isSending,
      rtpfb_generic_nack: produced.packets - received.packets,
      rtpfb_transport_wide: heardSeconds * isSending * 10,
      psfb_pli: encodings.length + requestedKeyFrames,
    }),
  };
}

/** How many packets carried which RTP header extension. `sepc` is Sora's own spelling. */
function hdrextGroup(connection: Connection, encodings: readonly Encoding[], now: number) {
  const packets = (those: readonly Encoding[]) => receivedBySora(connection, those, now).packets;
  const all = packets(encodings);
  return {
    total_received_rtp_hdrext_abs_send_time: all,
    total_received_rtp_hdrext_audio_level: packets(encodings.filter(({ kind }) => kind === "audio")),
    total_received_rtp_hdrext_av1_rtp_sepc: packets(encodings.filter(({ codecType }) => codecType === "AV1")),
    total_received_rtp_hdrext_sdes_mid: all,
    total_received_rtp_hdrext_sdes_rtp_stream_id: packets(encodings.filter(({ rid }) => rid)),
    total_received_rtp_hdrext_transport_wide_cc: all,
    total_received_rtp_hdrext_unknown: 0,
  };
}

/** The r0, r1 and r2 sub-trees of a simulcast sender; a rid that it cannot afford stays at zero. */
function simulcastGroup(connection: Connection, now: number) {
  const trees = rids.map((rid) => {
    const encodings = connection.sent.video.filter((encoding) => encoding.rid === rid);
    const received = receivedBySora(connection, encodings, now);
    const rtp = {
      total_decrypt_skipped_srtp: 0,
      total_received_rtp: received.packets,
      total_received_rtp_byte_size: wireBytes(received),
      total_received_rtp_padding: 0,
      total_received_rtp_rtx: 0,
    };
    return [rid, { rtp, rtp_hdrext: hdrextGroup(connection, encodings, now) }];
  });
  return Object.fromEntries(trees);
}

function spotlightGroup({ channel, connection_id, focusTotals }: Connection) {
  const focus = channel.spotlight?.focused.get(connection_id);
  return {
    spotlight_number: channel.spotlight?.number,
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
function rtpStreamsGroup(viewer: Connection) {
  return viewer.streams.map((stream) => {
    const delivered = deliveredVideo(stream);
    return {
      send_connection_id: stream.sender.connection_id,
      audio: deliveredAudio(stream) !== undefined,
      video: delivered !== undefined,
      paused: stream.paused,
      rid: delivered?.rid ?? null,
      request_rid: stream.requestedRid ?? null,
      ...(viewer.channel.spotlight && stream.spotlightRids),
      total_sent_rtp: sentBySora(stream).packets,
    };
  });
}

/**
 * The answer of GetStatsConnection: Sora's tree of counters, and under `signaling`, `rtp_streams`, `audio_streaming`
 * and in `spotlight` what the write operations changed.
 */
export function connectionStats(connection: Connection, now: number) {
  const { channel, pushes, sent } = connection;
  const seconds = Math.floor(uptime(connection, now) / 1000);
  const checks = Math.floor(uptime(connection, now) / iceCheckEveryMs);
  const answered = Math.floor(timeHeard(connection, now) / iceCheckEveryMs);
  const encodings = [...sent.audio, ...sent.video];
  return {
    timestamp: microsecondTimestamp(now * 1000),
    ...idsOf(connection),
    rtp: rtpGroup(connection, encodings, now),
    rtp_hdrext: hdrextGroup(connection, encodings, now),
    ...(connection.simulcast && { simulcast: simulcastGroup(connection, now) }),
    ...(channel.spotlight && { spotlight: spotlightGroup(connection) }),
    rtp_streams: rtpStreamsGroup(connection),
    audio_streaming: audioStreamingGroup(connection),
    signaling: { total_sent_push: pushes.total, last_sent_push: pushes.last },
    dtls: { total_received_dtls: 4, total_sent_dtls: 3 },
    network_status: networkGroup(connection, seconds),
    ice_connection_state: {
      total_checking_req: 2,
      total_connected_req: checks,
      total_connected_ack: answered,
    },
    turn: {
      total_received_allocate_request: 2,
      total_received_binding_request: answered,
      total_sent_binding_success: answered,
    },
  };
}
