import type { Socket } from "node:net";

/** Larger than headers may be: what goes on for longer is undici's to refuse. */
const maxLength = 16_384;

const nothing = Buffer.alloc(0);

/**
 * Takes messages that only inform, such as `100 Continue`, out of what a connection says before an answer. HTTP wants them
 * ignored where nobody asked for them (RFC 9110, 15.2), but undici breaks the connection off over a 100.
 */
export function ignoreInterim(socket: Socket): void {
  const push = socket.push.bind(socket);
  /** What was said since the last request, while it may be such a message; undefined once it is known to be the answer. */
  let said: Buffer | undefined;
  socket.write = new Proxy(socket.write, {
    apply(write, self, args) {
      said = nothing;
      return Reflect.apply(write, self, args);
    },
  });
  socket.push = (chunk: Buffer | null) => {
    if (said === undefined) return push(chunk);
    said = withoutWhole(chunk === null ? said : Buffer.concat([said, chunk]));
    // An empty chunk tells the stream to go on.
    if (chunk !== null && mayBeInterim(said)) return push(nothing);
    const answer = said;
    said = undefined;
    const goesOn = push(answer);
    return chunk === null ? push(null) : goesOn;
  };
}

function withoutWhole(said: Buffer): Buffer {
  const [message] =
    said
      .toString("latin1", 0, maxLength)
      .match(/^HTTP\/1\.1 1(?!01)\d\d(?: [^\r\n]*)?\r?\n(?:[^\r\n]+\r?\n)*\r?\n/) ?? [];
  return message === undefined ? said : withoutWhole(said.subarray(message.length));
}

/** 101 is an answer: the connection would speak another protocol from there on. */
function mayBeInterim(said: Buffer): boolean {
  const begin = said.toString("latin1", 0, maxLength);
  const informs = "HTTP/1.1 1".startsWith(begin) || /^HTTP\/1\.1 1(?!01)(\d?|\d\d([ \r\n].*)?)$/s.test(begin);
  // A CR that ends no line never becomes one.
  return informs && !/\r[^\n]/.test(begin) && said.length < maxLength;
}
