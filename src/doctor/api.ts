import { type Endpoint, SoraClient } from "../sora/client.ts";
import { ToolError } from "../sora/errors.ts";
import { needsKey } from "../sora/url.ts";
import { type Check, skipped } from "./network.ts";

/** Names no channel of anyone's: the doctor asks for it when it is told of none. */
const impossibleChannel = "sora-labo-mcp-doctor-asks-for-a-channel-that-does-not-exist";
const list = "Sora_20201013.ListChannelConnections";

const notSora = "Check SORA_API_URL: what answers there is not the Sora API.";
const notOffered = "Check SORA_API_URL and the release of Sora: it does not offer the list of connections.";
const changed = "Check that nothing in front of Sora, such as a reverse proxy, changes requests.";

/** What to do when Sora's HTTP layer says that the request did not get as far as an operation. */
const beforeTheOperation = new Map([
  ["InvalidTarget", notOffered],
  ["MissingTarget", notOffered],
  ["MissingTargetModule", notOffered],
  ["SchemaNotFound", notOffered],
  ["MalformedJSON", changed],
  ["MissingHeaderName", changed],
  ["MissingService", changed],
  ["MissingTargetFunction", changed],
  ["UnexpectedMethod", changed],
]);

/** One read tells two things: whether a Sora API answers there, and whether it takes the key. */
export async function checkApi(endpoint: Endpoint, channel: string | undefined): Promise<Check[]> {
  const { ms, ...outcome } = await ask(endpoint, channel ?? impossibleChannel);
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

  if ("response" in outcome) {
    const count = Array.isArray(outcome.response) ? outcome.response.length : undefined;
    if (count === undefined) return failed("answers, but not with a list of connections", notSora);
    return [
      answers(channel === undefined ? undefined : `answers: ${count} connections in the channel`),
      key(),
    ];
  }
  const { error } = outcome;
  if (!(error instanceof ToolError)) throw error;
  const { code, message, details } = error;
  const { hint = "Look at the message.", status, error_type: type } = details;
  const refused: Check[] = [answers(), { ...key(message), status: "failed", fix: hint }];
  switch (code) {
    case "unauthorized":
      return refused;
    case "forbidden":
      if (channel !== undefined || !hasKey) return refused;
      return [
        answers(),
        key("known, it seems, but not for the test channel: name one of yours with --channel"),
      ];
    case "sora_error": {
      const said = type === undefined ? message : `${message} It says ${type}.`;
      if (status === 404) return failed(said, "Check the path in SORA_API_URL.");
      if (status !== 400 || type === undefined) return failed(said, notSora);
      const fix = beforeTheOperation.get(type);
      if (fix !== undefined) return failed(said, fix);
      if (type === "InvalidJSON" && channel !== undefined) {
        return failed(said, "Name another channel with --channel: Sora does not take this one.");
      }
      return [answers(`answers (${type})`), key()];
    }
    case "rate_limited":
    case "server_error":
    case "timeout":
    case "unreachable":
    case "bad_response":
    // A client throws none of these here; named, so that the compiler tells of a code that is new.
    case "cancelled_by_client":
    case "invalid_arguments":
    case "not_configured":
    case "channel_not_allowed":
    case "declined":
    case "cancelled":
    case "confirmation_unavailable":
      return failed(message, hint);
  }
}

async function ask(
  endpoint: Endpoint,
  channel_id: string,
): Promise<{ ms: number } & ({ response: unknown } | { error: unknown })> {
  const client = new SoraClient(endpoint);
  const startedAt = performance.now();
  const outcome = await client
    .call(list, { channel_id }, { signal: new AbortController().signal, retryable: true })
    .then(
      (response) => ({ response }),
      (error: unknown) => ({ error }),
    );
  const ms = performance.now() - startedAt;
  await client.close();
  return { ms, ...outcome };
}
