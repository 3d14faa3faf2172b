import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";
import { isObject } from "../json.ts";
import { SoraFailure } from "./errors.ts";
import { retryAfterMs } from "./retry.ts";

const maxBytes = 8_000_000;
/** More than anybody stacks: each costs as much as 8 MB take to decompress. */
const maxCodings = 5;
const spoilt = "If this stays, look at the proxy or gateway in front of Sora.";

const atMost = { maxOutputLength: maxBytes };
const decompress = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  deflateRaw: promisify(inflateRaw),
  br: promisify(brotliDecompress),
};

const decoders = new Map<string, (bytes: Buffer) => Buffer | Promise<Buffer>>([
  ["gzip", (bytes) => decompress.gzip(bytes, atMost)],
  ["x-gzip", (bytes) => decompress.gzip(bytes, atMost)],
  ["deflate", (bytes) => decompress[isZlib(bytes) ? "deflate" : "deflateRaw"](bytes, atMost)],
  ["br", (bytes) => decompress.br(bytes, atMost)],
]);

/** Some send deflate without the zlib header that HTTP wants, and no deflated block begins with such a byte. */
function isZlib(bytes: Buffer): boolean {
  return ((bytes[0] ?? 0) & 0x0f) === 8;
}

/**
 * Reads a whole body as text, decompressed by its `content-encoding`. What that names besides compression, such as a
 * character set, is passed over if the text is JSON. Throws `bad_response` when the body is cut off, is not encoded as it
 * says or is larger than 8 MB, before or after each decompression.
 */
export async function readText(body: Readable, encoding: string | string[] | undefined): Promise<string> {
  const codings = String(encoding ?? "")
    .split(",")
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity")
    .reverse();
  const received: AsyncIterable<Buffer> = body;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of received) {
      bytes += chunk.length;
      // Thrown from inside the loop, so that the rest of the body is dropped and its connection with it.
      if (bytes > maxBytes) throw tooLarge();
      chunks.push(chunk);
    }
    if (bytes === 0) return "";
    // Unlike Buffer.toString, a TextDecoder leaves out a byte order mark, which JSON.parse does not take.
    const text = new TextDecoder().decode(await decoded(Buffer.concat(chunks), codings));
    const isUnknown = codings.some((coding) => !decoders.has(coding));
    if (isUnknown && parse(text) === notJson) throw wronglyEncoded();
    return text;
  } catch (error) {
    if (error instanceof SoraFailure) throw error;
    if (error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE")
      throw tooLarge();
    const message = "The Sora API's answer was cut off or wrongly encoded.";
    throw new SoraFailure("bad_response", message, { hint: spoilt }, { cause: error });
  }
}

/** `codings` in the order in which they are undone. */
async function decoded(bytes: Buffer, codings: readonly string[]): Promise<Buffer> {
  let plain = bytes;
  if (codings.length > maxCodings) throw wronglyEncoded();
  for (const coding of codings) plain = (await decoders.get(coding)?.(plain)) ?? plain;
  return plain;
}

function wronglyEncoded(): SoraFailure {
  const message = "The Sora API's answer is encoded in a way that was not asked for.";
  return new SoraFailure("bad_response", message, { hint: spoilt });
}

function tooLarge(): SoraFailure {
  return new SoraFailure("bad_response", "The Sora API's answer is larger than 8 MB.", {
    hint: "Ask about one connection instead of a whole channel, where there is a tool for that.",
  });
}

export interface RawAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

/** What a whole answer means: Sora's JSON for any 2xx, `null` when the body is empty. Throws `SoraFailure` for the rest. */
export function interpretAnswer({ status, retryAfter, text }: RawAnswer): unknown {
  const json = parse(text);
  if (status < 200 || status > 299) throw statusError(status, json, retryAfterMs(retryAfter));
  if (json !== notJson) return json;
  throw new SoraFailure("bad_response", "The Sora API's answer is not JSON.", {
    status,
    hint: "Check SORA_API_URL: a web page or a proxy may be answering there.",
  });
}

const notJson = Symbol("not JSON");

function parse(text: string): unknown {
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return notJson;
  }
}

const notOffered =
  "This Sora does not offer the API: SORA_RELEASE seems to be another release than it has. `sora-labo-mcp doctor` finds that out.";

const stillThere = "Check that what is named is still there, and of the right kind.";

/** What to do about the error types that Sora's HTTP layer itself is known to answer, and about statuses. */
const hints = new Map<string | number, string>([
  [400, stillThere],
  [413, "Send less at once."],
  ["SchemaNotFound", notOffered],
  ["MissingTarget", notOffered],
  ["MissingTargetModule", notOffered],
  [
    "MissingTargetFunction",
    "This Sora takes the API with another body: SORA_RELEASE may be another release than it has.",
  ],
  ["InvalidTarget", notOffered],
  ["InvalidJSON", "Sora does not take these arguments, or not in its release; error_reason says which."],
]);

/** Sora says `error_type`, in two cases `type`, and sometimes `error_reason`; a proxy in between may say anything. */
function statusError(status: number, body: unknown, waitMs: number | undefined): SoraFailure {
  const said = isObject(body) ? body : {};
  const named = said.error_type ?? said.type;
  const type = typeof named === "string" ? named : undefined;
  const wait = waitMs === undefined ? undefined : `Wait ${Math.ceil(waitMs / 1000)} s before the next call.`;
  const fail = (code: SoraFailure["code"], message: string, hint?: string) =>
    new SoraFailure(code, message, {
      ...(hint !== undefined && { hint }),
      status,
      ...(type !== undefined && { error_type: type }),
      ...("error_reason" in said && { error_reason: said.error_reason }),
    });
  if (status === 401) {
    const hint = "Set SORA_API_KEY to a key that is valid for SORA_API_URL.";
    return fail("unauthorized", "The Sora API did not accept the API key (HTTP 401).", hint);
  }
  if (status === 403) {
    const hint =
      "Check that the channel belongs to the project of the key and that the API is offered there.";
    return fail("forbidden", "The Sora API does not let this key do that (HTTP 403).", hint);
  }
  if (status === 429) {
    const hint = wait ?? "Wait before the next call.";
    return fail("rate_limited", "The Sora API asks for fewer calls (HTTP 429).", hint);
  }
  if (status >= 400 && status <= 499) {
    const about404 = type === undefined ? "Check the path in SORA_API_URL." : stillThere;
    const hint = hints.get(type ?? "") ?? (status === 404 ? about404 : hints.get(status));
    return fail("sora_error", `Sora refused the call (HTTP ${status}).`, hint);
  }
  if (status >= 500 && status <= 599) {
    const hint = `${wait ?? "Try again later."} If it stays, look at Sora's logs.`;
    return fail("server_error", `The Sora API failed (HTTP ${status}).`, hint);
  }
  return fail("bad_response", `The Sora API answered with the unexpected status ${status}.`);
}
