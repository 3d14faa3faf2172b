import { isInRelease, type Lifetime } from "../releases.ts";
import { disconnect } from "./leaving.ts";
import { bodyIn, check, flag, id, optional, type ParameterTable, type Values } from "./parameters.ts";
import {
  type Channel,
  type Connection,
  everyConnection,
  findChannel,
  findConnection,
  pushMessage,
  type State,
} from "./state.ts";

export interface Operation {
  readonly target: string;
  readonly lifetime: Lifetime;
  /** Whether it is about the server, and not about its channels. */
  readonly isOfServer: boolean;
  /** Whether something has to be said: otherwise an empty body is taken as `{}`. */
  readonly needsBody: boolean;
  /** Checks the parameters, acts and answers. Throws `SoraError`. */
  run(state: State, body: unknown): unknown;
}

export function operation<P extends ParameterTable>(
  target: string,
  parameters: P,
  answer: (state: State, values: Values<P>) => unknown,
): Operation {
  return {
    target,
    lifetime: { since: "2021.2" },
    isOfServer: false,
    needsBody: Object.values(parameters).some(({ required }) => required),
    run(state, value) {
      check(bodyIn(state.release, parameters), value);
      return answer(state, value);
    },
  };
}

/** Operations that came with a release. */
export function since(release: Lifetime["since"], operations: readonly Operation[]): Operation[] {
  return operations.map((known) => ({ ...known, lifetime: { ...known.lifetime, since: release } }));
}

/** Operations that went with a release. */
export function until(removed: Lifetime["removed"], operations: readonly Operation[]): Operation[] {
  return operations.map((known) => ({ ...known, lifetime: { ...known.lifetime, removed } }));
}

export function ofServer(operations: readonly Operation[]): Operation[] {
  return operations.map((known) => ({ ...known, isOfServer: true }));
}

export function isKnown({ release, isCloud }: State, { lifetime, isOfServer }: Operation): boolean {
  return isInRelease(release, lifetime) && !(isCloud && isOfServer);
}

/** An operation in a channel that somebody is in. What returns nothing is answered with its parameters. */
export function inChannel<P extends ParameterTable>(
  target: string,
  parameters: P,
  act: (channel: Channel, values: Values<P & { channel_id: typeof id }>, state: State) => unknown,
): Operation {
  return operation(target, { channel_id: id, ...parameters }, (state, values) => {
    const answer = act(findChannel(state, values.channel_id), values, state);
    return answer === undefined ? values : answer;
  });
}

/** An operation on one connection. */
export function onConnection<P extends ParameterTable>(
  target: string,
  parameters: P,
  act: (connection: Connection, values: Values<P>, now: number) => unknown,
): Operation {
  return inChannel(target, { connection_id: id, ...parameters }, (channel, values, state) =>
    act(findConnection(channel, values.connection_id), values, state.now),
  );
}

type Entry = (connection: Connection, now: number) => unknown;

/** An operation that lists the connections of a channel; nothing when nobody is in it. */
export function listing(target: string, entry: Entry): Operation {
  return operation(target, { channel_id: id }, ({ channels, now }, { channel_id }) => {
    const connections = channels.get(channel_id)?.connections.values() ?? [];
    return [...connections].map((connection) => entry(connection, now));
  });
}

/** An operation that lists the connections of all channels: those of the cluster too, but all are on this node. */
export function listingAll(target: string, entry: Entry): Operation {
  return operation(target, { local: optional(flag) }, (state) =>
    everyConnection(state).map((connection) => entry(connection, state.now)),
  );
}

type Finder<V> = (channel: Channel, values: V) => Iterable<Connection>;

export const everybody: Finder<object> = ({ connections }) => connections.values();
export const oneConnection: Finder<Pick<Connection, "connection_id">> = (channel, { connection_id }) => [
  findConnection(channel, connection_id),
];

/** Disconnects those found. The answer repeats who was meant, and not the reason. */
export function cut<V extends object>(find: Finder<V>) {
  return (channel: Channel, values: V & { readonly reason?: unknown }, state: State) => {
    const { reason: _, ...who } = values;
    disconnect(state, find(channel, values));
    return who;
  };
}

export function pushTo<V extends object>(find: Finder<V>) {
  return (channel: Channel, values: V & { readonly data: unknown }) =>
    pushMessage(find(channel, values), values.data);
}
