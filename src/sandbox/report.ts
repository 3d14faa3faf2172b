import { isInRelease } from "../releases.ts";
import { connectedPeers, hasMajority, isInCluster } from "./cluster.ts";
import { versionOf } from "./identity.ts";
import { everyConnection, type State } from "./state.ts";
import { receivedBySora, sentToViewer, uptime } from "./traffic.ts";

function total(counts: readonly number[]): number {
  return counts.reduce((left, right) => left + right, 0);
}

function clusterGroup(state: State) {
  if (!isInCluster(state)) return {};
  const { cluster } = state.node;
  const { raftTerm, raftCommitIndex } = cluster;
  const hasPlumtree = isInRelease(state.release, { since: "2025.1" });
  return {
    cluster: {
      raft_state: hasMajority(cluster) ? "leader" : "candidate",
      raft_term: raftTerm,
      raft_commit_index: raftCommitIndex,
    },
    cluster_relay: connectedPeers(state).map((node_name) => ({
      node_name,
      total_received_byte_size: 0,
      total_sent_byte_size: 0,
      ...(hasPlumtree && { plumtree: { total_sent_gossip: raftCommitIndex } }),
    })),
  };
}

function srtpGroup(state: State) {
  const { ended, now, release } = state;
  const connections = everyConnection(state);
  const received = connections.map((connection) => {
    const { audio, video } = connection.sent;
    return receivedBySora(connection, [...audio, ...video], now).packets;
  });
  const sent = connections.map((connection) => sentToViewer(connection).packets);
  const total_sent_srtp = ended.sentPackets + total(sent);
  return {
    ...(isInRelease(release, { since: "2024.2" }) && {
      total_received_srtp: ended.receivedPackets + total(received),
      total_sent_srtp,
    }),
    ...(isInRelease(release, { since: "2025.1" }) && { total_sent_srtp_sfu_delay_us: total_sent_srtp * 40 }),
  };
}

/** The answer of GetStatsReport: sums over everything since the start. */
export function statsReport(state: State) {
  const { ended, channels, now, release } = state;
  const connections = everyConnection(state);
  const uptimes = connections.map((connection) => uptime(connection, now));
  const overTcp = connections.filter(({ conditions }) => conditions.relayProtocol === "tcp");
  const createdOverTcp = ended.overTcp + overTcp.length;
  const created = ended.connections + uptimes.length;
  const duration = Math.floor((ended.durationMs + total(uptimes)) / 1000);
  return {
    version: versionOf(release),
    total_connection_created: created,
    total_connection_updated: Math.floor(duration / 60),
    total_connection_destroyed: ended.connections,
    total_successful_connections: created,
    total_ongoing_connections: uptimes.length,
    total_failed_connections: 0,
    total_duration_sec: duration,
    average_duration_sec: Math.floor(duration / created),
    average_setup_time_msec: 372,
    total_turn_udp_connections: created - createdOverTcp,
    total_turn_tcp_connections: createdOverTcp,
    total_session_created: ended.sessions + channels.size,
    total_session_destroyed: ended.sessions,
    total_auth_webhook_allowed: created,
    total_auth_webhook_denied: 0,
    total_successful_auth_webhook: created,
    total_failed_auth_webhook: 0,
    total_failed_event_webhook: 0,
    ...srtpGroup(state),
    sora_client: {
      total_successful_sora_client_type: { sora_js_sdk: created },
      total_failed_sora_client_type: {},
    },
    error: { sdp_generation_error: 0, signaling_error: 0 },
    erlang_vm: { memory: { total: 90_000_000 + uptimes.length * 1_000_000 }, statistics: { run_queue: 0 } },
    ...clusterGroup(state),
  };
}
