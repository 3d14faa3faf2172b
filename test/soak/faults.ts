import type { Answer } from "../support/upstream.ts";

/** One request in so many goes wrong. */
const every = 20;

/** What a Sora, or what stands before it, does wrong. Each has read the whole request by then. */
const wrong = {
  reset: (_request, _response, raw) => raw.socket.destroy(),
  hang: () => {},
  "500": (_request, response) => response.writeHead(500).end("{}"),
  "503": (_request, response) => response.writeHead(503).end(),
  "503, Retry-After": (_request, response) => response.writeHead(503, { "retry-after": "0" }).end(),
  HTML: (_request, response) => response.setHeader("content-type", "text/html").end("<html>It works!"),
  truncated(_request, response, raw) {
    response.writeHead(200, { "content-length": 1000 });
    response.write('{"half":', () => raw.socket.destroy());
  },
} satisfies Record<string, Answer>;

export type Fault = keyof typeof wrong;
export const faultKinds = Object.keys(wrong) as Fault[];

export interface Faults {
  /** How often each has happened. */
  readonly counts: Record<string, number>;
  readonly answer: Answer;
}

/** Answers every twentieth request wrongly, one kind after the other, and all others well. */
export function withFaults(
  well: Answer,
  seen: (target: string, body: string, fault?: Fault) => void,
): Faults {
  const counts: Record<string, number> = Object.fromEntries(faultKinds.map((kind) => [kind, 0]));
  let requests = 0;
  return {
    counts,
    answer(request, response, raw) {
      requests++;
      const fault = requests % every === 0 ? faultKinds[(requests / every) % faultKinds.length] : undefined;
      seen(request.target, request.text, fault);
      if (fault === undefined) return well(request, response, raw);
      counts[fault] = (counts[fault] ?? 0) + 1;
      wrong[fault](request, response, raw);
    },
  };
}
