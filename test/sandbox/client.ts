import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";

/** The version of each operation, so that a test names operations alone. */
export const versions = {
  DisconnectChannel: "20151104",
  DisconnectClient: "20151104",
  DisconnectConnection: "20151104",
  DisconnectChannelByRole: "20201120",
  ListChannelConnections: "20201013",
  PushChannel: "20160711",
  PushClient: "20160711",
  PushConnection: "20160711",
  PushChannelByRole: "20201120",
  FocusSpotlightFixed: "20200807",
  FocusSpotlight: "20200807",
  UnfocusSpotlight: "20200807",
  ChangeSpotlightNumber: "20200807",
  RequestSpotlightRid: "20211215",
  ResetSpotlightRid: "20211215",
  BatchRequestSpotlightRid: "20211215",
  RequestRtpStream: "20201005",
  ResetRtpStream: "20201005",
  ListSignalingNotifyMetadata: "20201124",
  GetSignalingNotifyMetadata: "20201124",
  PutSignalingNotifyMetadata: "20201124",
  DeleteSignalingNotifyMetadata: "20201124",
  PutSignalingNotifyMetadataItem: "20201124",
  DeleteSignalingNotifyMetadataItem: "20201124",
  GetStatsConnection: "20170529",
  GetStatsClient: "20170529",
  ListChannelUserAgentStats: "20211215",
  GetUserAgentStats: "20211215",
  PauseRtpStream: "20200401",
  ResumeRtpStream: "20200401",
} as const;
export type OperationName = keyof typeof versions;

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
export type Json = any;

export const startTime = Date.UTC(2026, 3, 1, 9, 30, 0, 250);
export const lounge = "sandbox_0_lounge";

/** A small generator of repeatable numbers from 0 up to 1. */
export function repeatable(seed: number): () => number {
  let value = seed;
  return () => {
    value = (value * 1_103_515_245 + 12_345) % 2_147_483_648;
    return value / 2_147_483_648;
  };
}

export interface TestSandbox extends Sandbox {
  readonly clock: { now: number };
  send(target: string, body?: string | Uint8Array): Promise<{ status: number; json: Json }>;
  /** The answer of an operation that must succeed. */
  call(operation: OperationName, body: object): Promise<Json>;
  /** The body of the 400 that an operation must be refused with. */
  refused(operation: OperationName, body: unknown): Promise<Json>;
  /** Connection ids in the order of joining. */
  ids(channel_id: string): Promise<string[]>;
}

export async function openSandbox(seed = 1): Promise<TestSandbox> {
  const clock = { now: startTime };
  const sandbox = await startSandbox({ now: () => clock.now, random: repeatable(seed) });
  const send: TestSandbox["send"] = async (target, body) => {
    const headers = { "x-sora-target": target };
    const response = await fetch(sandbox.url, {
      method: "POST",
      headers,
      ...(body !== undefined && { body }),
    });
    return { status: response.status, json: await response.json() };
  };
  const expecting = (status: number) => async (operation: OperationName, body: unknown) => {
    const answer = await send(`Sora_${versions[operation]}.${operation}`, JSON.stringify(body));
    if (answer.status !== status) {
      throw new Error(`${operation}: ${answer.status} ${JSON.stringify(answer.json)}`);
    }
    return answer.json;
  };
  const call = expecting(200);
  const ids = async (channel_id: string) =>
    (await call("ListChannelConnections", { channel_id })).map((entry: Json) => entry.connection_id);
  return { ...sandbox, clock, send, call, refused: expecting(400), ids };
}
