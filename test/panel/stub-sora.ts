import type { ServerResponse } from "node:http";
import { startUpstream, type Upstream } from "../support/upstream.ts";

/** What Sora lists of a connection. */
export interface Connection {
  readonly connection_id: string;
  readonly client_id: string;
  readonly role: "sendrecv" | "sendonly" | "recvonly";
  readonly [member: string]: unknown;
}

export interface Asked {
  readonly operation: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A Sora of one channel, in which a test decides who is there. */
export interface StubSora {
  people: readonly Connection[];
  /** The clients' reports. */
  reports: readonly object[];
  /** What is done with a request instead; false: nothing else. */
  instead: (asked: Asked, response: ServerResponse) => boolean;
  /** What was asked for that changes something, in order. */
  readonly writes: readonly Asked[];
  readonly upstream: Upstream;
  /** For the server that is to ask it. */
  readonly env: Record<string, string>;
}

export const channel = "sora";

export async function stubSora(people: readonly Connection[]): Promise<StubSora> {
  const writes: Asked[] = [];
  const upstream = await startUpstream(({ target, text }, response) => {
    const operation = target.replace(/^.*\./, "");
    const body = text === "" ? {} : JSON.parse(text);
    const asked = { operation, body };
    const isRead = /^(List|Get)/.test(operation);
    if (!isRead) writes.push(asked);
    if (sora.instead(asked, response)) return;
    const leaves: Record<string, (one: Connection) => boolean> = {
      DisconnectChannel: () => true,
      DisconnectClient: ({ client_id }) => client_id === body.client_id,
      DisconnectConnection: ({ connection_id }) => connection_id === body.connection_id,
    };
    const isLeaving = leaves[operation];
    if (isLeaving) sora.people = sora.people.filter((one) => !isLeaving(one));
    const known: Record<string, unknown> = {
      ListChannelConnections: sora.people.map((one) => ({ channel_id: channel, ...one })),
      ListConnections: sora.people.map((one) => ({ channel_id: channel, ...one })),
      ListChannelRtcStats: sora.reports,
      ListForwardingFilters: {
        channel_forwarding_filter: null,
        connection_forwarding_filters: [],
        blocked: [],
      },
    };
    const answer = isRead ? known[operation] : {};
    const [status, json] = answer === undefined ? [400, { error_type: "SchemaNotFound" }] : [200, answer];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
  });
  const sora: StubSora = {
    people,
    reports: [],
    instead: () => false,
    writes,
    upstream,
    env: { SORA_API_URL: upstream.url, SORA_RELEASE: "2025.2" },
  };
  return sora;
}

export function person(client_id: string, connection_id = `${client_id}-1`): Connection {
  return {
    client_id,
    connection_id,
    role: "sendrecv",
    audio: { codec_type: "OPUS" },
    video: { codec_type: "VP8" },
  };
}

/** The report of a client whose microphone is so loud, from 0 to 1. */
export function loudness({ connection_id }: Connection, level: number): object {
  const source = {
    type: "media-source",
    kind: "audio",
    totalAudioEnergy: level ** 2,
    totalSamplesDuration: 1,
  };
  return { channel_id: channel, connection_id, timestamp: new Date().toISOString(), rtc_stats: [source] };
}
