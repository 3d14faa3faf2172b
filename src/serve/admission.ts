import type { IncomingMessage } from "node:http";
import type { Verdict } from "../callers/access-token.ts";
import { askedFor } from "../callers/asked-for.ts";
import type { Entry, Rights } from "../callers/entry.ts";
import { identify } from "../callers/identify.ts";
import type { KnownCallers } from "../callers/known-callers.ts";
import { type Refused, rpcCode } from "./http-answers.ts";

/** Who a request is from, and what it asks to be held to. */
export interface Admitted {
  readonly entry: Entry | undefined;
  readonly subject: string | undefined;
  readonly asked: Rights;
}

export interface Admission {
  /** The address that clients use. */
  readonly url: URL;
  /** "anyone": the sandbox, on this machine. "nobody": the operator has named no file. */
  readonly callers: KnownCallers | "anyone" | "nobody";
  /** Where there is an issuer. */
  readonly verify: ((token: string) => Promise<Verdict>) | undefined;
}

const own = rpcCode.own;

/**
 * Looks at a request for /mcp up to its body, in this order: Origin, Host, token, method, media type. Neither a browser's
 * page nor a name that only resolves to this machine gets as far as the token.
 */
export async function admit(request: IncomingMessage, admission: Admission): Promise<Admitted | Refused> {
  const { headers, headersDistinct, method } = request;
  const { url } = admission;
  // Of several, Node takes the first; whoever stands in front may have looked at another.
  const [host, authorization] = [headersDistinct.host?.join(", "), headersDistinct.authorization?.join(", ")];
  if (headers.origin !== undefined) {
    return { status: 403, code: own, message: "Requests of web pages (with an Origin) are not served." };
  }
  if (!isHostOf(url, host)) {
    const message = `Host must be ${url.host}; the operator sets it by SORA_HTTP_URL.`;
    return { status: 403, code: own, message };
  }
  const identity = await identityOf(authorization, admission);
  if ("status" in identity) return identity;
  if (method !== "POST") {
    const message = "Only POST is served: this server has no sessions and no streams of its own.";
    return { status: 405, code: own, message, headers: { allow: "POST" } };
  }
  const media = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  const coding = headers["content-encoding"] ?? "identity";
  if (media !== "application/json" || coding !== "identity") {
    return { status: 415, code: own, message: "The body must be application/json, and not compressed." };
  }
  if (!/^$|\*\/\*|application\/(json|\*)/.test(headers.accept ?? "")) {
    return { status: 406, code: own, message: "Accept must name application/json." };
  }
  const asked = askedFor(headersDistinct);
  if ("fault" in asked) return { status: 400, code: rpcCode.invalid, message: asked.fault };
  return { ...identity, asked: asked.rights };
}

/** Whether Host names the host of a URL, the port that goes without saying left out or not. */
function isHostOf({ protocol, host }: URL, given: string | undefined): boolean {
  return given !== undefined && URL.canParse(`${protocol}//${given}/`)
    ? new URL(`${protocol}//${given}/`).host === host && !/[/?#@\\]/.test(given)
    : false;
}

const nobodyServed = "Nobody is served until the operator sets SORA_CALLERS.";

/** Why nobody can be let in; undefined when somebody can. */
export function callersFault(callers: Admission["callers"]): string | undefined {
  if (callers === "anyone") return undefined;
  if (callers === "nobody") return nobodyServed;
  return callers.fault && `SORA_CALLERS must be a readable JSON file of callers: ${callers.fault}.`;
}

async function identityOf(
  header: string | undefined,
  admission: Admission,
): Promise<Pick<Admitted, "entry" | "subject"> | Refused> {
  const { callers, verify } = admission;
  if (callers === "anyone") return { entry: undefined, subject: undefined };
  const fault = callersFault(callers);
  if (callers === "nobody" || fault !== undefined) {
    return { status: 503, code: own, message: fault ?? nobodyServed };
  }
  const identity = await identify(header, callers, verify);
  switch (identity) {
    case "no token":
      return {
        status: 401,
        code: own,
        message: "Send a token: Authorization: Bearer ...",
        headers: { "www-authenticate": challenge(admission, []) },
      };
    case "refused":
      return {
        status: 401,
        code: own,
        message: "This token does not count here. The operator can make a new one.",
        headers: { "www-authenticate": challenge(admission, ['error="invalid_token"']) },
      };
    case "no caller":
      return {
        status: 403,
        code: own,
        message: "The token is good, but the operator has no caller with its claims.",
      };
    case "issuer unreachable":
      return {
        status: 503,
        code: own,
        message: "The keys of the issuer of access tokens cannot be had now. Nothing was sent.",
        headers: { "retry-after": "5" },
      };
    default:
      return { entry: identity.entry, subject: identity.subject };
  }
}

/** RFC 6750, section 3; with an issuer also RFC 9728, section 5.1, by which clients find out where to log in. */
function challenge({ url, verify }: Admission, more: readonly string[]): string {
  const metadata = verify ? [`resource_metadata="${resourceMetadataUrl(url)}"`] : [];
  return `Bearer ${['realm="sora-labo-mcp"', ...more, ...metadata].join(", ")}`;
}

export const resourceMetadataPath = "/.well-known/oauth-protected-resource";

function resourceMetadataUrl({ origin, pathname }: URL): string {
  return origin + resourceMetadataPath + (pathname === "/" ? "" : pathname);
}
