/** What a host answers to, or tells, over postMessage: JSON-RPC 2.0. */
export type Members = Readonly<Record<string, unknown>>;

/** Hears what a host tells, and what it asks, which is answered with an empty result. */
type Listener = (params: Members) => void;

const listeners = new Map<string, Listener>();
const waiting = new Map<number, (answer: Members) => void>();
let lastId = 0;

export function membersOf(value: unknown): Members {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

addEventListener("message", ({ source, data }) => {
  // Other windows may send messages too.
  if (source !== parent) return;
  const { id, method, params, ...answer } = membersOf(data);
  if (typeof method === "string") {
    const listener = listeners.get(method);
    listener?.(membersOf(params));
    if (id === undefined) return;
    send(listener ? { id, result: {} } : { id, error: { code: -32601, message: "Method not found" } });
  } else if (typeof id === "number") {
    waiting.get(id)?.(answer);
    waiting.delete(id);
  }
});

function send(message: Members): void {
  parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
}

export function on(method: string, listener: Listener): void {
  listeners.set(method, listener);
}

export function notify(method: string, params: Members = {}): void {
  send({ method, params });
}

/** The result of a request. Rejects when the host refuses it, or has not answered in so many milliseconds. */
export function request(method: string, params: Members, withinMs: number): Promise<Members> {
  lastId += 1;
  const id = lastId;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      waiting.delete(id);
      reject();
    }, withinMs);
    waiting.set(id, ({ result, error }) => {
      clearTimeout(timer);
      if (error === undefined) resolve(membersOf(result));
      else reject();
    });
    send({ id, method, params });
  });
}
