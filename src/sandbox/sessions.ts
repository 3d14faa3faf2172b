import { refusal } from "./errors.ts";
import { thisNode, versionOf } from "./identity.ts";
import { soraId } from "./ids.ts";
import { disconnect } from "./leaving.ts";
import type { Channel, Connection, Session, State } from "./state.ts";
import { microsecondTimestamp } from "./timestamps.ts";

type Naming = { readonly session_id: string | undefined };

/** The session of a channel. Throws `SessionNotFound` when another one is meant. */
function findSession({ channel_id, session }: Channel, { session_id }: Naming): Session {
  if (session_id === undefined || session_id === session.session_id) return session;
  throw refusal("SessionNotFound", { channel_id, session_id });
}

function connectionOf(connection: Connection) {
  const { role, client_id, bundle_id, connection_id, simulcast, audio, video } = connection;
  return {
    role,
    client_id,
    bundle_id,
    connection_id,
    simulcast,
    audio: audio !== false,
    ...(audio && { audio_codec_type: audio.codec_type, audio_bit_rate: audio.bit_rate }),
    video: video !== false,
    ...(video && { video_codec_type: video.codec_type, video_bit_rate: video.bit_rate }),
    connection_created_timestamp: microsecondTimestamp(connection.created_time),
    event_metadata: connection.event_metadata,
  };
}

/** A session as the webhook session.updated tells it, and its recording, which that does not. */
function described(channel: Channel, state: State) {
  const { channel_id, session, spotlight, connections } = channel;
  const { session_id, created_time, max_connections, total_connections, recording = null } = session;
  return {
    id: soraId(state.random),
    type: "session.updated",
    timestamp: microsecondTimestamp(state.now * 1000),
    version: versionOf(state.release),
    label: "WebRTC SFU Sora",
    node_name: thisNode,
    channel_id,
    session_id,
    spotlight: spotlight !== undefined,
    created_time,
    created_timestamp: microsecondTimestamp(created_time),
    max_connections,
    total_connections,
    recording,
    connections: [...connections.values()].map(connectionOf),
  };
}

export function getSession(channel: Channel, values: Naming, state: State) {
  findSession(channel, values);
  return described(channel, state);
}

/** No session of the sandbox is in a group. */
export function listSessions(state: State, { group_id }: { readonly group_id: string | undefined }) {
  if (group_id !== undefined) return [];
  return [...state.channels.values()].map((channel) => described(channel, state));
}

export function terminateSession(channel: Channel, values: Naming, state: State) {
  const { session_id } = findSession(channel, values);
  disconnect(state, channel.connections.values());
  return { session_id };
}
