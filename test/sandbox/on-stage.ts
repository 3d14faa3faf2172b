import fc from "fast-check";
import { type Json, stage, startTime, type TestSandbox } from "./client.ts";

export const seeds = fc.integer({ min: 1, max: 2_000_000_000 });

/** Sets the clock to so many seconds after the start. */
export function setClock({ clock }: TestSandbox, seconds: number): void {
  clock.now = startTime + seconds * 1000;
}

export function peopleOn(sandbox: TestSandbox): Promise<Json[]> {
  return sandbox.call("ListChannelConnections", { channel_id: stage });
}

export async function clientsOn(sandbox: TestSandbox): Promise<string[]> {
  return (await peopleOn(sandbox)).map(({ client_id }) => client_id);
}

/** The client ids of those who come and go. */
export async function visitorsOn(sandbox: TestSandbox): Promise<string[]> {
  return (await clientsOn(sandbox)).filter((client) => client.startsWith("visitor-"));
}
