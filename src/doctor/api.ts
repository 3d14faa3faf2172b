import { Refusal } from "../errors.ts";
import type { Gate } from "../mcp/gate.ts";
import { redactor } from "../redaction.ts";
import type { Endpoint } from "../sora/client.ts";
import { SoraFailure } from "../sora/errors.ts";
import { needsKey } from "../sora/url.ts";
import { cut } from "../text.ts";
import { listChannelConnections } from "../tools/connections.ts";
import { type Check, skipped } from "./network.ts";

const notSora = "Check SORA_API_URL: what answers there is not the Sora API.";
const notOffered = "Check SORA_API_URL and the release of Sora: it does not offer the list of connections.";
const changed = "Check that nothing in front of Sora, such as a reverse proxy, changes requests.";

/** What to do when Sora's HTTP layer says that the request did not get as far as an operation. */
function beforeTheOperation(type: string): string | undefined {
  if (/^(InvalidTarget|MissingTarget|MissingTargetModule|SchemaNotFound)$/.test(type)) return notOffered;
  const isChanged = /^(MalformedJSON|Missing(HeaderName|Service|TargetFunction)|UnexpectedMethod)$/.test(
    type,
  );
  return isChanged ? changed : undefined;
}

/**
 * One read tells two things: whether a Sora API answers there, and whether it takes the key. `isOwn`: a person has named
 * the channel.
 */
export async function checkApi(
  gate: Gate,
  endpoint: Endpoint,
  channel: string,
  isOwn: boolean,
): Promise<Check[]> {
  const { ms, ...outcome } = await ask(gate, endpoint, channel);
  const hasKey = endpoint.apiKey !== undefined;
  const answers = (detail = "answers"): Check => ({ name: "Sora API", status: "ok", detail, ms });
  // Where some get in without a key, an answer does not tell whether anyone looked at it.
  const accepted = needsKey(endpoint.url)
    ? "accepted"
    : "not refused; whether anyone looked at it cannot be told";
  const key = (detail = hasKey ? accepted : "none set, none asked for"): Check => ({
    name: "API key",
    status: "ok",
    detail,
  });
  const failed = (detail: string, fix: string): Check[] => [
    { ...answers(detail), status: "failed", fix },
    skipped("API key"),
  ];

  if ("content" in outcome) {
    return [
      answers(isOwn ? `answers: ${outcome.content.total} connections in the channel` : undefined),
      key(),
    ];
  }
  const { error } = outcome;
  const elsewhere = "Name another channel with --channel: Sora does not take this one.";
  if (error instanceof Refusal) return failed(error.message, elsewhere);
  if (!(error instanceof SoraFailure)) throw error;
  const { code, message, details } = error;
  const { hint = "Look at the message.", status, error_type: type } = details;
  const refused: Check[] = [answers(), { ...key(message), status: "failed", fix: hint }];
  switch (code) {
    case "unauthorized":
      return refused;
    case "forbidden":
      if (isOwn || !hasKey) return refused;
      return [
        answers(),
        key("known, it seems, but not for the test channel: name one of yours with --channel"),
      ];
    case "sora_error": {
      const said = type === undefined ? message : `${message} It says ${cut(type, 100)}.`;
      if (status === 404) return failed(said, "Check the path in SORA_API_URL.");
      if (status !== 400 || type === undefined) return failed(said, notSora);
      const fix = beforeTheOperation(type);
      if (fix !== undefined) return failed(said, fix);
      if (type === "InvalidJSON" && isOwn) return failed(said, elsewhere);
      return [answers(`answers (${cut(type, 100)})`), key()];
    }
    case "rate_limited":
    case "server_error":
    case "timeout":
    case "unreachable":
    case "bad_response":
    // Nobody cancels here; named, so that the compiler tells of a code that is new.
    case "cancelled_by_client":
      return failed(message, hint);
  }
}

async function ask(gate: Gate, { apiKey }: Endpoint, channel_id: string) {
  const startedAt = performance.now();
  // A channel that is no valid id is refused when the call is prepared.
  const outcome = await Promise.resolve({ channel_id })
    .then((given) => listChannelConnections.prepare(given, "flag", redactor(apiKey)).run(gate))
    .then(
      (content) => ({ content }),
      (error: unknown) => ({ error }),
    );
  return { ms: performance.now() - startedAt, ...outcome };
}
