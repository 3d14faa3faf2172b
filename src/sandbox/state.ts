import { refusal } from "./errors.ts";
import type { Encoding, Rid, VideoCodec } from "./media.ts";

export type Role = "sendrecv" | "sendonly" | "recvonly";
export type SpotlightRid = "none" | Rid;

/** How well somebody is connected and how loud they are: the source of every statistic that is not a count. */
export interface Conditions {
  /** 0 to 1, as getStats() reports it. */
  readonly audioLevel: number;
  /** Share of packets lost between client and Sora, 0 to 1. */
  readonly loss: number;
  readonly roundTripSeconds: number;
  readonly jitterSeconds: number;
  /** 0 (good) to 3. */
  readonly unstableLevel: 0 | 1 | 2 | 3;
  /** Share of the time spent at each unstable level. */
  readonly unstableShares: readonly [number, number, number, number];
}

/** The delivery of one sender to one viewer. */
export interface Stream {
  readonly sender: Connection;
  /** The sender left; what was delivered stays in the viewer's totals. */
  ended: boolean;
  paused: boolean;
  requestedRid: Rid | undefined;
  spotlightRids: { readonly focus: SpotlightRid; readonly unfocus: SpotlightRid };
  audioMs: number;
  /** How long each of the sender's video encodings was delivered. */
  readonly videoMs: Map<Encoding, number>;
}

export interface Connection {
  readonly channel_id: string;
  readonly session_id: string;
  readonly client_id: string;
  readonly bundle_id: string;
  readonly connection_id: string;
  /** Microseconds since the epoch. */
  readonly created_time: number;
  readonly role: Role;
  readonly simulcast: boolean;
  readonly spotlight: boolean;
  readonly audio: false | { readonly codec_type: "OPUS"; readonly bit_rate: number };
  readonly video: false | { readonly codec_type: VideoCodec; readonly bit_rate: number };
  readonly event_metadata: unknown;
  readonly conditions: Conditions;
  readonly trackIdentifiers: { readonly audio: string; readonly video: string };
  /** What the connection sends; empty for viewers. */
  readonly sentAudio: Encoding | undefined;
  readonly sentVideo: readonly Encoding[];
  /** What the connection receives, one entry per sender. */
  readonly streams: Stream[];
  /** Signaling-notify metadata. */
  metadata: unknown;
  pushes: { readonly total: number; readonly last: unknown };
  readonly focusTotals: { succeeded: number; failed: number };
}

/** The focus of a spotlight channel. */
export interface Spotlight {
  number: number;
  /** By connection id, oldest focus first. */
  readonly focused: Map<string, { readonly fixed: boolean }>;
}

export interface Channel {
  readonly channel_id: string;
  readonly spotlight: Spotlight | undefined;
  readonly connections: Map<string, Connection>;
}

/** Everything that the sandbox knows. A channel exists while somebody is connected to it. */
export interface State {
  /** Milliseconds since the epoch; never goes back. */
  now: number;
  readonly channels: Map<string, Channel>;
}

/** The connections of a channel, none when there is no such channel. */
export function connectionsOf(state: State, channel_id: string): Connection[] {
  return [...(state.channels.get(channel_id)?.connections.values() ?? [])];
}

/** Throws `ChannelNotFound`. */
export function findChannel(state: State, channel_id: string): Channel {
  const channel = state.channels.get(channel_id);
  if (!channel) throw refusal("ChannelNotFound", { channel_id });
  return channel;
}

/** Throws `ConnectionNotFound`. */
export function findConnection(channel: Channel, connection_id: string): Connection {
  const connection = channel.connections.get(connection_id);
  if (!connection) throw refusal("ConnectionNotFound", { channel_id: channel.channel_id, connection_id });
  return connection;
}

/** The connections that carry a client id. Throws `ClientNotFound`. */
export function findClient(channel: Channel, client_id: string): Connection[] {
  const connections = [...channel.connections.values()].filter((entry) => entry.client_id === client_id);
  if (connections.length === 0)
    throw refusal("ClientNotFound", { channel_id: channel.channel_id, client_id });
  return connections;
}

/** The connections that have a role, possibly none. */
export function findRole(channel: Channel, role: Role): Connection[] {
  return [...channel.connections.values()].filter((connection) => connection.role === role);
}

/** Cuts connections: nothing about them is left but what others were sent by them. */
export function disconnect(state: State, channel: Channel, connections: Iterable<Connection>): void {
  for (const { connection_id } of [...connections]) {
    channel.connections.delete(connection_id);
    channel.spotlight?.focused.delete(connection_id);
    for (const viewer of channel.connections.values()) {
      for (const stream of viewer.streams) {
        if (stream.sender.connection_id === connection_id) stream.ended = true;
      }
    }
  }
  if (channel.connections.size === 0) state.channels.delete(channel.channel_id);
}

/** Delivers a push message and answers it, as Sora does. */
export function push(connections: Iterable<Connection>, data: unknown): { type: "push"; data: unknown } {
  for (const connection of connections) {
    connection.pushes = { total: connection.pushes.total + 1, last: data };
  }
  return { type: "push", data };
}
