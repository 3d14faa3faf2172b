import { describe, expect, test } from "vitest";
import { SoraFailure, UnclearFailure } from "../../src/sora/errors.ts";
import { FailureAfterRedirect, failure } from "../../src/sora/failures.ts";
import { closedPort, startRawUpstream } from "../support/raw-upstream.ts";
import { failureOf, kinds, type Sora, soraAt } from "../support/sora.ts";
import { json, startUpstream } from "../support/upstream.ts";

// In what words a call is said to have failed, for failures that are hard to have for real; and after which ones of all
// it is open whether Sora carried the call out.

const usual = { host: "sora.example.net", effect: "none", cancelled: false, timedOut: false } as const;
const coded = (code: string, syscall?: string) =>
  Object.assign(new Error(`internal words ${code}`), { code }, syscall && { syscall });
const notKnown = "It is not known whether Sora carried the call out: look before you send it again.";

test.each([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_DECRYPT_CERT_SIGNATURE",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REVOKED",
  "CERT_UNTRUSTED",
  "CERT_SIGNATURE_FAILURE",
  "UNABLE_TO_GET_CRL",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "ERR_TLS_CERT_ALTNAME_FORMAT",
])("%s is a certificate that could not be verified; nothing was sent", (code) => {
  const { message, details, ...rest } = failure(coded(code), { ...usual, effect: "unknown" });
  expect(rest.code).toBe("unreachable");
  expect(message).toBe(`The TLS certificate of sora.example.net could not be verified (${code}).`);
  const own: Record<string, string> = {
    CERT_HAS_EXPIRED: "must be renewed",
    CERT_NOT_YET_VALID: "clock",
    ERR_TLS_CERT_ALTNAME_INVALID: "host in SORA_API_URL",
  };
  expect(details.hint).toContain(own[code] ?? "NODE_EXTRA_CA_CERTS");
  expect(details.hint).toContain("Nothing was sent");
  expect(JSON.stringify(details)).not.toMatch(/REJECT_UNAUTHORIZED|insecure|disable|switch off|turn off/i);
});

test("a certificate behind a redirect is not the configured host's, and something was sent", () => {
  const error = new FailureAfterRedirect("", { cause: coded("DEPTH_ZERO_SELF_SIGNED_CERT") });
  const { message, details } = failure(error, usual);
  expect(message).toContain("of the address that the Sora API at sora.example.net redirected to could not");
  expect(details.hint).not.toContain("Nothing was sent");
});

test("a call that never left its queue says so", () => {
  for (const ending of [{ cancelled: true }, { timedOut: true }]) {
    const { message } = failure(undefined, { ...usual, ...ending, effect: "not sent" });
    expect(message).toMatch(/ Nothing was sent\.$/);
  }
});

test.each([
  { code: "ECONNREFUSED", syscall: "connect", unclear: false },
  { code: "ENOTFOUND", syscall: "getaddrinfo", unclear: false },
  { code: "EAI_AGAIN", syscall: "getaddrinfo", unclear: false },
  { code: "EHOSTUNREACH", syscall: "connect", unclear: false },
  { code: "ENETUNREACH", syscall: "connect", unclear: false },
  { code: "ETIMEDOUT", syscall: "connect", unclear: false },
  { code: "UND_ERR_CONNECT_TIMEOUT", syscall: undefined, unclear: false },
  { code: "ECONNREFUSED", syscall: "read", unclear: true },
  { code: "EHOSTUNREACH", syscall: "read", unclear: true },
  { code: "ENETUNREACH", syscall: "write", unclear: true },
  { code: "ECONNRESET", syscall: "read", unclear: true },
  { code: "EPIPE", syscall: "write", unclear: true },
  { code: "ETIMEDOUT", syscall: "read", unclear: true },
  { code: "UND_ERR_SOCKET", syscall: undefined, unclear: true },
  { code: "EPROTO", syscall: undefined, unclear: true },
  { code: "SOMETHING_NEW", syscall: undefined, unclear: true },
])(
  "$syscall $code is unreachable; after it the fate of a write is unclear: $unclear",
  ({ code, syscall, unclear }) => {
    const cause = coded(code, syscall);
    const read = failure(cause, usual);
    expect(read.code).toBe("unreachable");
    expect(read.message).toBe(`The Sora API at sora.example.net could not be reached (${code}).`);
    const write = failure(cause, { ...usual, effect: "unknown" });
    expect(write.message).toBe(unclear ? `${read.message} ${notKnown}` : read.message);
  },
);

test("a connection that was not made in time leaves nothing unclear, for one address of several too", () => {
  const late = coded("ETIMEDOUT", "connect");
  const several = Object.assign(new AggregateError([late, coded("ECONNREFUSED")]), { code: "ETIMEDOUT" });
  for (const error of [late, several, new Error("outer", { cause: several })]) {
    const { message } = failure(error, { ...usual, effect: "unknown" });
    expect(message).toBe("The Sora API at sora.example.net could not be reached (ETIMEDOUT).");
  }
});

describe("where the code is found", () => {
  test.each([
    { name: "in a cause", error: new Error("outer", { cause: coded("EPIPE") }) },
    { name: "two causes deep", error: new Error("a", { cause: new Error("b", { cause: coded("EPIPE") }) }) },
    { name: "in the first of several", error: new AggregateError([coded("EPIPE"), coded("ENOENT")]) },
    { name: "on the collection itself", error: Object.assign(new AggregateError([]), { code: "EPIPE" }) },
  ])("$name", ({ error }) => {
    expect(failure(error, usual).message).toContain("(EPIPE)");
  });

  test.each([
    { name: "none", error: new Error("secret words") },
    { name: "a number", error: Object.assign(new Error("secret words"), { code: 7 }) },
    { name: "an empty collection", error: new AggregateError([], "secret words") },
    { name: "a text", error: "secret words" },
    { name: "nothing", error: undefined },
  ])("$name: said without one, and without words from inside", ({ error }) => {
    const { code, message, details } = failure(error, usual);
    expect(code).toBe("unreachable");
    expect(message).toBe("The Sora API at sora.example.net could not be reached.");
    expect(JSON.stringify(details)).not.toContain("secret words");
  });
});

describe("what comes first", () => {
  const answered = new SoraFailure("server_error", "The Sora API failed (HTTP 500).", { status: 500 });

  test("a cancelled call is cancelled, even when the deadline passed and something else went wrong too", () => {
    for (const error of [answered, coded("ECONNRESET"), coded("CERT_HAS_EXPIRED"), undefined]) {
      const { code } = failure(error, { ...usual, cancelled: true, timedOut: true });
      expect(code).toBe("cancelled_by_client");
    }
  });

  test("a deadline that passed comes before what broke because of it", () => {
    const { code, details } = failure(coded("ECONNRESET"), { ...usual, timedOut: true });
    expect(code).toBe("timeout");
    expect(details.hint).toContain("SORA_TIMEOUT_MS");
  });

  test("an error that says all there is to say passes through as it is", () => {
    expect(failure(answered, usual)).toBe(answered);
    for (const code of ["unauthorized", "forbidden", "sora_error", "rate_limited"] as const) {
      const clear = new SoraFailure(code, "said");
      expect(failure(clear, { ...usual, effect: "unknown" })).toBe(clear);
    }
  });

  test("a write that Sora failed at, or whose answer cannot be read, says that its fate is unknown", () => {
    for (const code of ["server_error", "bad_response"] as const) {
      const said = failure(new SoraFailure(code, "said.", { status: 500, hint: "wait" }), {
        ...usual,
        effect: "unknown",
      });
      expect(said).toMatchObject({
        code,
        message: `said. ${notKnown}`,
        details: { status: 500, hint: "wait" },
      });
    }
  });
});

/** Whether a failure leaves open if Sora carried the call out, and says so; the one must never be without the other. */
function isUnclear(said: SoraFailure): boolean {
  expect(said.message.includes(notKnown)).toBe(said instanceof UnclearFailure);
  return said instanceof UnclearFailure;
}

describe("a call that was on its way may have been carried out", () => {
  const refused = new AggregateError([coded("ECONNREFUSED", "connect"), coded("ECONNREFUSED", "connect")]);
  const behind = (cause: Error) => new FailureAfterRedirect("", { cause });
  const proxyRefused = Object.assign(new Error("Proxy response (407) !== 200 when HTTP Tunneling"), {
    code: "UND_ERR_ABORTED",
  });
  const answered = (code: SoraFailure["code"]) => new SoraFailure(code, "said.");

  test.each<{ name: string; error: unknown; unclear: boolean; ending?: object }>([
    { name: "cancelled", error: undefined, ending: { cancelled: true }, unclear: true },
    { name: "no answer in time", error: undefined, ending: { timedOut: true }, unclear: true },
    { name: "a 5xx", error: answered("server_error"), unclear: true },
    { name: "an answer that cannot be read", error: answered("bad_response"), unclear: true },
    { name: "an answer that is not HTTP", error: coded("UND_ERR_HEADERS_OVERFLOW"), unclear: true },
    { name: "a reset", error: coded("ECONNRESET", "read"), unclear: true },
    { name: "a connection closed without a word", error: coded("UND_ERR_SOCKET"), unclear: true },
    { name: "a reset behind a redirect", error: behind(coded("ECONNRESET", "read")), unclear: true },
    { name: "what nobody knows", error: new Error("something new"), unclear: true },
    { name: "401", error: answered("unauthorized"), unclear: false },
    { name: "403", error: answered("forbidden"), unclear: false },
    { name: "another 4xx", error: answered("sora_error"), unclear: false },
    { name: "429", error: answered("rate_limited"), unclear: false },
    { name: "a refused connection", error: coded("ECONNREFUSED", "connect"), unclear: false },
    { name: "one refused by each address", error: refused, unclear: false },
    { name: "one refused behind a redirect", error: behind(refused), unclear: false },
    { name: "a name that is not found", error: coded("ENOTFOUND", "getaddrinfo"), unclear: false },
    { name: "no connection in time", error: coded("UND_ERR_CONNECT_TIMEOUT"), unclear: false },
    { name: "a certificate", error: coded("CERT_HAS_EXPIRED"), unclear: false },
    { name: "one behind a redirect", error: behind(coded("CERT_HAS_EXPIRED")), unclear: false },
    { name: "a proxy that refused", error: proxyRefused, unclear: false },
  ])("after $name: $unclear", ({ error, ending, unclear }) => {
    const said = (effect: "none" | "not sent" | "unknown") => failure(error, { ...usual, ...ending, effect });
    expect(isUnclear(said("unknown"))).toBe(unclear);
    expect(isUnclear(said("not sent"))).toBe(false);
    // A read carries nothing out.
    expect(isUnclear(said("none"))).toBe(false);
  });
});

describe("so it is with a real client: a write may have been carried out, a read never", () => {
  /** Whether a read and a write that fail at such a Sora may have been carried out. */
  async function unclearAt(sora: (stop: AbortController) => Promise<Sora> | Sora): Promise<boolean[]> {
    const unclear: boolean[] = [];
    for (const kind of kinds) {
      const stop = new AbortController();
      unclear.push(isUnclear(await failureOf((await sora(stop))[kind]({ signal: stop.signal }))));
    }
    return unclear;
  }
  const neither = [false, false];
  const onlyWrite = [false, true];

  test.each([400, 401, 403, 404, 413, 429])("%i: it was not", async (status) => {
    const { url } = await startUpstream(json({}, status));
    expect(await unclearAt(() => soraAt(url))).toEqual(neither);
  });

  test.each([500, 501, 502, 503, 504, 301])("%i", async (status) => {
    const { url } = await startUpstream(json({}, status));
    expect(await unclearAt(() => soraAt(url))).toEqual(onlyWrite);
  });

  test.each(["<html>", '{"cut": '])("an answer that is no JSON: %s", async (text) => {
    const { url } = await startUpstream((_request, response) => response.end(text));
    expect(await unclearAt(() => soraAt(url))).toEqual(onlyWrite);
  });

  test("a reset before the answer", async () => {
    const { url } = await startRawUpstream((socket) => socket.resetAndDestroy());
    expect(await unclearAt(() => soraAt(url))).toEqual(onlyWrite);
  });

  test("no answer in time", async () => {
    const { url } = await startRawUpstream(() => {});
    expect(await unclearAt(() => soraAt(url, { timeoutMs: 1_000 }))).toEqual(onlyWrite);
  });

  test("cancelled after it was sent", async () => {
    const unclear = await unclearAt(async (stop) => {
      const { url } = await startRawUpstream(() => stop.abort());
      return soraAt(url);
    });
    expect(unclear).toEqual(onlyWrite);
  });

  test("cancelled while it waits as Sora has put it off: it was not", async () => {
    const unclear = await unclearAt(async (stop) => {
      const { url } = await startUpstream((_request, response) => {
        response.on("close", () => setTimeout(() => stop.abort(), 50));
        response.writeHead(503, { "retry-after": "10" }).end();
      });
      return soraAt(url);
    });
    expect(unclear).toEqual(neither);
  });

  test("a refused connection, a name that is not found: it was not", async () => {
    const refused = `http://127.0.0.1:${await closedPort()}/`;
    for (const url of [refused, `https://${"x".repeat(64)}.invalid/`])
      expect(await unclearAt(() => soraAt(url))).toEqual(neither);
  });
});
