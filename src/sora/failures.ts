import { SoraFailure, UnclearFailure } from "./errors.ts";

/** The connection could not be made or broke, perhaps after the request had left: with a dead route, a read fails so too. */
const broken = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ECONNRESET",
  "EPIPE",
  "ECONNABORTED",
  "ETIMEDOUT",
  "UND_ERR_SOCKET",
]);

/** What Node and OpenSSL call a certificate that is not trusted, wrong for the host, expired or otherwise unusable. */
const certificate = /CERT|ISSUER|SIGNATURE|CRL|SELF_SIGNED|^ERR_TLS_CERT/;

/** Undici's words for a proxy that answered CONNECT with another status than 200. The code alone may mean other things. */
const proxyRefused = /^Proxy response \((\d+)\)/;

/** Undici on an answer that is not HTTP or larger than HTTP headers may be. Its parser's errors have no code. */
const malformed = /^(HTTPParserError|UND_ERR_(HEADERS_OVERFLOW|RES_|RESPONSE))/;

/** The address that Sora redirected to gave no answer. The request had already reached Sora once. */
export class FailureAfterRedirect extends Error {
  override readonly name = "FailureAfterRedirect";
}

/** There was no connection to a proxy, or it ended before there was one to Sora. Nothing has left for Sora. */
export class ProxyFailure extends Error {
  override readonly name = "ProxyFailure";
  /** Its host and port. */
  readonly proxy: string;

  constructor(
    proxy: string,
    end: "could not be reached" | "broke off before it was connected to Sora",
    cause: Error,
  ) {
    super(`The proxy ${proxy} ${end}`, { cause });
    this.proxy = proxy;
  }
}

/** Whether certainly nothing of the request has reached Sora. */
export function refusedBeforeSending(error: unknown): boolean {
  return !(error instanceof FailureAfterRedirect) && neverConnected(error);
}

/** The same, also where a proxy has said that it got no connection: that is for the proxy to try again, not for us. */
export function certainlyNotReached(error: unknown): boolean {
  const status = error instanceof Error ? proxyRefused.exec(error.message)?.[1] : undefined;
  return refusedBeforeSending(error) || ["502", "503", "504"].includes(status ?? "");
}

/** The name was not found or no connection made; the code alone may also be that of a connection that was in use. */
function neverConnected(error: unknown): boolean {
  const { code, syscall } = innermost(error);
  if (error instanceof ProxyFailure) return !certificate.test(code);
  return syscall === "connect" || syscall === "getaddrinfo" || code === "UND_ERR_CONNECT_TIMEOUT";
}

/** Whether a connection failed such that another try may help: refused, not found or broken before the answer. */
export function isConnectionFailure(error: unknown): boolean {
  return neverConnected(error) || broken.has(innermost(error).code);
}

/** What is said of the effect of a call that came to no answer. */
const afterwords = {
  none: "",
  "not sent": " Nothing was sent.",
  "put off": " Sora put the call off and did not carry it out.",
  unknown: " It is not known whether Sora carried the call out: look before you send it again.",
};

/** What to do about the certificate of the host that a setting names. */
function certificateHint(code: string, setting: string): string {
  switch (code) {
    case "CERT_HAS_EXPIRED":
      return "The certificate must be renewed, or the clock of this machine set.";
    case "CERT_NOT_YET_VALID":
      return "Check the clock of this machine.";
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `It is the certificate of another host: check the host in ${setting}.`;
    default:
      return "If a private CA signed it, name the CA's PEM file in NODE_EXTRA_CA_CERTS and restart.";
  }
}

export interface Circumstances {
  readonly host: string;
  /** How many nodes of the cluster failed the call, this host's included. */
  readonly failedNodes?: number;
  /** What the request may have done at Sora when its end is unclear: a read nothing, another perhaps what it asks for. */
  readonly effect: keyof typeof afterwords;
  readonly cancelled: boolean;
  readonly timedOut: boolean;
}

/** Says in our own words why a call got no usable answer. Errors that already do are passed through. */
export function failure(
  error: unknown,
  { host, failedNodes = 1, effect, cancelled, timedOut }: Circumstances,
): SoraFailure {
  const afterword = afterwords[effect];
  const detailsOf = (hint: string | undefined) => ({ ...(hint !== undefined && { hint }) });
  const fail = (code: SoraFailure["code"], message: string, hint?: string) =>
    new SoraFailure(code, message, detailsOf(hint), { cause: error });
  const End = effect === "unknown" ? UnclearFailure : SoraFailure;
  const end = (code: SoraFailure["code"], message: string, hint?: string) =>
    new End(code, message + afterword, detailsOf(hint), { cause: error });
  if (cancelled) return end("cancelled_by_client", "The client cancelled the call.");
  if (timedOut) {
    const message = `The Sora API at ${host} gave no answer in time.`;
    return end("timeout", message, "Try again later, or raise SORA_TIMEOUT_MS.");
  }
  if (error instanceof SoraFailure) {
    const { code, message, details } = error;
    const isClear = afterword === "" || (code !== "bad_response" && code !== "server_error");
    return isClear ? error : new End(code, message + afterword, details, { cause: error });
  }
  const { code } = innermost(error);
  const isRedirected = error instanceof FailureAfterRedirect;
  const nothingSent = isRedirected ? "" : " Nothing was sent.";
  const cause = isRedirected ? error.cause : error;
  if (cause instanceof ProxyFailure) {
    const isUntrusted = certificate.test(code);
    const message = isUntrusted
      ? `The TLS certificate of the proxy ${cause.proxy} could not be verified (${code}).`
      : `${cause.message} (${code}).`;
    const hint = isUntrusted
      ? certificateHint(code, "HTTPS_PROXY or HTTP_PROXY")
      : "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.";
    return fail("unreachable", message, hint + nothingSent);
  }
  if (certificate.test(code)) {
    const owner = isRedirected ? `the address that the Sora API at ${host} redirected to` : host;
    const hint = certificateHint(code, "SORA_API_URL") + nothingSent;
    return fail("unreachable", `The TLS certificate of ${owner} could not be verified (${code}).`, hint);
  }
  const proxyStatus = error instanceof Error ? proxyRefused.exec(error.message)?.[1] : undefined;
  if (proxyStatus !== undefined) {
    const hint = "Check HTTPS_PROXY, the credentials in it, and NO_PROXY. Nothing was sent.";
    return fail("unreachable", `The proxy did not connect to ${host} (HTTP ${proxyStatus}).`, hint);
  }
  if (malformed.test(code)) {
    const message = `What answers at ${host} does not speak HTTP properly.`;
    return end("bad_response", message, "Check SORA_API_URL: host, port and https or http.");
  }
  const subject = isRedirected ? "The address that the Sora API at" : "The Sora API at";
  const redirected = isRedirected ? " redirected to" : "";
  const why = code ? ` (${code})` : "";
  const hint = "Check SORA_API_URL, the network, and HTTPS_PROXY and NO_PROXY if there is a proxy.";
  const last = failedNodes > 1 ? `, the last of ${failedNodes} nodes that were tried` : "";
  const message = `${subject} ${host}${redirected} could not be reached${why}${last}.`;
  return neverConnected(error) ? fail("unreachable", message, hint) : end("unreachable", message, hint);
}

/** What a Node, OpenSSL or undici error says of itself, or the one inside that does; "" for what none says. */
function innermost(error: unknown): { code: string; syscall: string } {
  if (!(error instanceof Error) || error instanceof SoraFailure) return { code: "", syscall: "" };
  if (error.name === "HTTPParserError") return { code: error.name, syscall: "" };
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  if (!("code" in error && typeof error.code === "string")) return innermost(error.cause);
  const syscall = "syscall" in error && typeof error.syscall === "string" ? error.syscall : "";
  return { code: error.code, syscall };
}
