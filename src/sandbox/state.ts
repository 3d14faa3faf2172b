import type { Release } from "../releases.ts";
import { refusal } from "./errors.ts";
import type { Random } from "./ids.ts";
import type {
  Codec,
  Encoding,
  Kind,
  Limitation,
  Picture,
  Rid,
  SpotlightRids,
  VideoCodec,
  Volume,
} from "./media.ts";
import type { ServerNode } from "./node.ts";

export type Role = "sendrecv" | "sendonly" | "recvonly";

/** How well somebody is connected and how loud they are: the source of every statistic that is not a count. */
export interface Conditions {
  /** 0 to 1, as getStats() reports it. */
  readonly audioLevel: number;
  /** Share of packets lost between client and Sora, 0 to 1. */
  readonly loss: number;
  /** Share of what is sent that others never get, because nothing that is sent again makes up for it. */
  readonly unrepairedLoss: number;
  readonly roundTripSeconds: number;
  readonly jitterSeconds: number;
  /** 0 (good) to 3. */
  readonly unstableLevel: 0 | 1 | 2 | 3;
  /** Share of the time spent at each unstable level. */
  readonly unstableShares: readonly [number, number, number, number];
  /** Share of the time in which the video is less than it is meant to be, for want of bandwidth. */
  readonly limitedShare: number;
  /** What the bandwidth leaves of the video, where it is short all the time. */
  readonly limitation?: Limitation;
  /** How the relay is reached, for who is connected through one. */
  readonly relayProtocol?: "tcp";
}

/** Somebody, as they come to a channel. */
export interface Participant {
  /** Absent: the connection id, as for a client that names none. */
  readonly client_id?: string;
  readonly role: Role;
  readonly joinedSecondsAgo: number;
  /** Present for who no longer answers: since when nothing has come from there. */
  readonly silentSecondsAgo?: number;
  readonly audio: false | Codec<"OPUS">;
  readonly video: false | Codec<VideoCodec>;
  /** What a sender's video shows. */
  readonly picture: Picture;
  /** Present for a simulcast sender: the best rid that it sends. */
  readonly highestRid?: Rid;
  readonly conditions: Conditions;
  readonly event_metadata: unknown;
  /** Signaling-notify metadata. */
  readonly metadata: unknown;
}

/** A forwarding filter: what matches its rules is cut, or all that does not. */
export interface Filter {
  readonly name: string;
  readonly priority: number;
  readonly action: "block" | "allow";
  /** Any of the lists has to match, with all of its parts. */
  readonly rules: readonly (readonly {
    readonly field: "connection_id" | "client_id" | "kind";
    readonly operator: "is_in" | "is_not_in";
    readonly values: readonly string[];
  }[])[];
  readonly version: string | undefined;
  readonly metadata: unknown;
}

export interface RecordingRequest {
  readonly expire_time?: number | undefined;
  readonly split_duration?: number | undefined;
  readonly split_only?: boolean | undefined;
  readonly metadata?: unknown;
  readonly format?: "webm" | "mp4" | undefined;
}

/** A recording of a session, which ends with it if not before. */
export interface Recording extends RecordingRequest {
  readonly recording_id: string;
  /** Seconds since the epoch, as `expired_at`. */
  readonly created_at: number;
  readonly expired_at: number | undefined;
  readonly split_only: boolean;
  readonly format: "webm" | "mp4";
}

/** The delivery of one sender to one viewer. */
export interface Stream {
  readonly viewer: Connection;
  readonly sender: Connection;
  paused: boolean;
  requestedRid: Rid | "none" | undefined;
  spotlightRids: SpotlightRids;
  /** The forwarding filters that cut its audio, and those that cut its video. */
  readonly cutBy: Readonly<Record<Kind, Set<Filter>>>;
  /** How long each of the sender's encodings was delivered. */
  readonly deliveredMs: Map<Encoding, number>;
}

/** What a viewer was given by senders who left: sums. */
export interface Past {
  readonly streams: number;
  readonly sent: Volume;
  readonly received: Volume;
}

/** What a client last sent of its statistics. */
export interface ClientReport {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly entries: readonly object[];
}

export interface Connection extends Participant {
  readonly channel: Channel;
  readonly client_id: string;
  readonly bundle_id: string;
  readonly connection_id: string;
  /** Microseconds since the epoch. */
  readonly created_time: number;
  /** Milliseconds since the epoch; absent for who answers. */
  readonly silentSince: number | undefined;
  readonly simulcast: boolean;
  readonly trackIdentifiers: Readonly<Record<Kind, string>>;
  /** What the connection sends; empty for viewers. */
  readonly sent: Readonly<Record<Kind, readonly Encoding[]>>;
  /** What the connection receives, one entry per sender who is there. */
  streams: readonly Stream[];
  past: Past;
  /** Held in a channel where clients report from time to time. */
  report: ClientReport | undefined;
  /** The forwarding filters for what it receives, by name. */
  readonly filters: Map<string, Filter>;
  /** How many key frames Sora asked for, of each encoding. */
  readonly keyFrameRequests: Map<Encoding, number>;
  /** Whether it is told what comes of the audio that is streamed. */
  receivesAudioStreamingResults: boolean;
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

/** What a channel holds from its first connection to its last. */
export interface Session {
  readonly session_id: string;
  /** Microseconds since the epoch. */
  created_time: number;
  max_connections: number;
  total_connections: number;
  /** The forwarding filters for every receiver, by name. */
  readonly filters: Map<string, Filter>;
  /** Whether filters have names and priorities: from the first that is given some until the session ends. */
  hasNamedFilters: boolean;
  recording: Recording | undefined;
  isAudioStreaming: boolean;
}

export interface Channel {
  readonly channel_id: string;
  readonly session: Session;
  readonly spotlight: Spotlight | undefined;
  /** Whether clients report their statistics from time to time: otherwise they are as new as they are asked for. */
  readonly holdsReports: boolean;
  readonly connections: Map<string, Connection>;
}

/** The channel that lives on the clock: who comes and goes by themselves, and when. */
export interface Stage {
  /** What chance gives each event. */
  readonly seed: number;
  /** Milliseconds since the epoch. */
  readonly start: number;
  /** The number of the next event. */
  next: number;
  /** By the number of their visit, oldest first; those who were disconnected too, until they would have left. */
  readonly visitors: Map<number, Connection>;
  /** The client ids of those who left by themselves and will come back. */
  readonly comingBack: Set<string>;
}

/** What is left of connections and sessions that ended: sums. */
export interface Ended {
  connections: number;
  overTcp: number;
  sessions: number;
  durationMs: number;
  receivedPackets: number;
  sentPackets: number;
}

/** Everything that the sandbox knows. A channel exists while somebody is connected to it. */
export interface State {
  readonly release: Release;
  /** Sora Cloud keeps what concerns the whole server to itself. */
  readonly isCloud: boolean;
  readonly random: Random;
  readonly node: ServerNode;
  readonly ended: Ended;
  /** Milliseconds since the epoch; never goes back. */
  now: number;
  readonly channels: Map<string, Channel>;
  readonly stage: Stage;
}

/** The ids of a connection, in the order in which Sora answers them. */
export function idsOf({ channel, client_id, bundle_id, connection_id }: Connection) {
  const { channel_id, session } = channel;
  const { session_id } = session;
  return { channel_id, session_id, client_id, bundle_id, connection_id };
}

/** The last moment up to `now` at which something could come from a client, in milliseconds since the epoch. */
export function lastHeard({ silentSince = Number.POSITIVE_INFINITY }: Connection, now: number): number {
  return Math.min(now, silentSince);
}

export function everyConnection({ channels }: Pick<State, "channels">): Connection[] {
  return [...channels.values()].flatMap(({ connections }) => [...connections.values()]);
}

/** Throws `ChannelNotFound`. */
export function findChannel(state: State, channel_id: string): Channel {
  const channel = state.channels.get(channel_id);
  if (!channel) throw refusal("ChannelNotFound", { channel_id });
  return channel;
}

/** Throws `ConnectionNotFound`. */
export function findConnection({ channel_id, connections }: Channel, connection_id: string): Connection {
  const connection = connections.get(connection_id);
  if (!connection) throw refusal("ConnectionNotFound", { channel_id, connection_id });
  return connection;
}

/** The connections that carry a client id. Throws `ClientNotFound`. */
export function findClient(channel: Channel, { client_id }: Pick<Connection, "client_id">): Connection[] {
  const { channel_id, connections } = channel;
  const found = [...connections.values()].filter((connection) => connection.client_id === client_id);
  if (found.length === 0) throw refusal("ClientNotFound", { channel_id, client_id });
  return found;
}

/** The connections that have a role, possibly none. */
export function findRole({ connections }: Channel, { role }: Pick<Connection, "role">): Connection[] {
  return [...connections.values()].filter((connection) => connection.role === role);
}

/** Lets a connection into its channel; the first opens the session. */
export function enter(connection: Connection): void {
  const { channel, connection_id, created_time } = connection;
  const { session, connections } = channel;
  connections.set(connection_id, connection);
  if (session.total_connections === 0) session.created_time = created_time;
  session.total_connections += 1;
  session.max_connections = Math.max(session.max_connections, connections.size);
}

/** Delivers a push message and answers it, as Sora does. */
export function pushMessage(connections: Iterable<Connection>, data: unknown) {
  for (const connection of connections) {
    connection.pushes = { total: connection.pushes.total + 1, last: data };
  }
  return { type: "push", data };
}
