import { isObject } from "../json.ts";
import { isLoopback } from "../sora/url.ts";

/** Of one answer. Metadata and keys take some kB. */
const mostBytes = 1_000_000;

/** Why the keys of an issuer cannot be had: the end of a sentence about it. */
export class IssuerFault extends Error {}

/** What an issuer says of itself: its name, exactly as it stands in its tokens, and its JSON Web Key Set. */
export interface IssuerKeys {
  readonly issuer: string;
  readonly keySet: unknown;
}

/**
 * Fetches the keys of an issuer from where its metadata says that they are (OpenID Connect Discovery, RFC 8414). Throws
 * an `IssuerFault`: for an issuer that does not answer once so many milliseconds have passed in all.
 */
export async function fetchKeys(issuer: string, patienceMs = 5000): Promise<IssuerKeys> {
  const signal = AbortSignal.timeout(patienceMs);
  const { named, keysAt } = await metadataOf(issuer, signal);
  return { issuer: named, keySet: await jsonAt(keysAt, signal) };
}

interface Metadata {
  readonly named: string;
  readonly keysAt: URL;
}

async function metadataOf(issuer: string, signal: AbortSignal): Promise<Metadata> {
  const faults = new Set<string>();
  for (const url of metadataUrls(issuer)) {
    try {
      return metadataIn(await jsonAt(url, signal), issuer);
    } catch (error) {
      if (!(error instanceof IssuerFault)) throw error;
      faults.add(error.message);
    }
  }
  throw new IssuerFault([...faults].join("; "));
}

function metadataUrls(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = withoutSlash(pathname);
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ];
}

/**
 * What the metadata of an issuer says, if it is that of this one. Over http the keys come from this machine only, and only
 * if the metadata does too: whoever stands in between could let anybody in.
 */
export function metadataIn(json: unknown, issuer: string): Metadata {
  const { issuer: named, jwks_uri } = isObject(json) ? json : {};
  if (typeof named !== "string" || withoutSlash(named) !== withoutSlash(issuer)) {
    throw new IssuerFault("its metadata is that of another issuer");
  }
  const keysAt = typeof jwks_uri === "string" && URL.canParse(jwks_uri) ? new URL(jwks_uri) : undefined;
  if (!keysAt || !(keysAt.protocol === "https:" || (isLocal(keysAt) && isLocal(new URL(issuer))))) {
    throw new IssuerFault("the jwks_uri of its metadata is no https address");
  }
  return { named, keysAt };
}

function withoutSlash(text: string): string {
  return text.replace(/\/$/, "");
}

function isLocal(url: URL): boolean {
  return url.protocol === "http:" && isLoopback(url);
}

async function jsonAt(url: string | URL, signal: AbortSignal): Promise<unknown> {
  const text = await textAt(url, signal).catch((error: unknown) => {
    if (error instanceof IssuerFault) throw error;
    const fault = signal.aborted ? "it does not answer in time" : "it cannot be reached";
    throw new IssuerFault(fault, { cause: error });
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new IssuerFault("what it answers is not JSON", { cause: error });
  }
}

async function textAt(url: string | URL, signal: AbortSignal): Promise<string> {
  // Redirects could lead anywhere; like this, their status is told.
  const response = await fetch(url, { redirect: "manual", signal, headers: { accept: "application/json" } });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new IssuerFault(`it answers with status ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > mostBytes) throw new IssuerFault("it answers with more than 1 MB");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
