import type { Socket } from "node:net";
import { isConnectionFailure, ProxyFailure } from "./failures.ts";
import { ignoreInterim } from "./interim.ts";

/** How undici has a connection made. */
type Connect<To> = (
  to: To,
  callback: (...made: [error: null, socket: Socket] | [error: Error, socket: null]) => void,
) => void;

/** Whose connections can bear messages that only inform. `failed` makes another error of the one that there was. */
export function connecting<To>(connect: Connect<To>, failed = (error: Error) => error): Connect<To> {
  return (to, callback) =>
    connect(to, (...made) => {
      const [error, socket] = made;
      if (socket) ignoreInterim(socket);
      if (error) callback(failed(error), null);
      else callback(...made);
    });
}

/** Gives up a connection that takes longer. Undici's own timer may be half a second late, each time. */
export function within<To>(ms: number, connect: Connect<To>): Connect<To> {
  return (to, callback) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      callback(Object.assign(new Error("no connection in time"), { code: "UND_ERR_CONNECT_TIMEOUT" }), null);
    }, ms);
    connect(to, (...made) => {
      clearTimeout(timer);
      if (isLate) made[1]?.destroy();
      else callback(...made);
    });
  };
}

export function toProxy<To>(connect: Connect<To>, proxy: string): Connect<To> {
  const toIt = connecting(connect, (cause) => new ProxyFailure(proxy, "could not be reached", cause));
  // Undici makes the name in TLS of an IP address too, which Node warns of; without one, it is made of the host.
  return (to, callback) => toIt({ ...to, servername: undefined }, callback);
}

/**
 * Of a connection that cannot be made, undici takes UND_ERR_SOCKET for one that was in use and broke: it would try again
 * without end or pause, also once nobody waits. That is what comes of a proxy that closes upon CONNECT.
 */
export function throughProxy<To>(connect: Connect<To>, proxy: string): Connect<To> {
  return connecting(connect, (error) =>
    isConnectionFailure(error) && !(error instanceof ProxyFailure)
      ? new ProxyFailure(proxy, "broke off before it was connected to Sora", error)
      : error,
  );
}
