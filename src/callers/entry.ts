import { z } from "zod";
import { type Confirmation, confirmations } from "../confirmations.ts";
import { isObject } from "../json.ts";
import { list, toolsetList } from "../settings/values.ts";
import type { Toolset } from "../tools/chapters.ts";
import { nameFault } from "./new-token.ts";

/** How far one caller's rights go within the server's settings; what is absent does not narrow. */
export interface Rights {
  readonly channels?: readonly string[];
  readonly toolsets?: readonly Toolset[];
  readonly readOnly?: boolean;
  readonly confirm?: Confirmation;
  readonly maxAffected?: number;
  readonly maxDestructivePerHour?: number;
}

/** One caller of the file: known by a token or by the claims of access tokens. */
export interface Entry {
  readonly name: string;
  /** Hex, in lower case. */
  readonly tokenSha256?: string;
  readonly claims?: Claims;
  readonly rights: Rights;
}

type Claims = Readonly<Record<string, string | number | boolean>>;

const most = 1_000_000;
const limit = z.number().int().min(0).max(most);
const limitMust = `a whole number from 0 to ${most}`;

/** What each member must be. A value is never told: it may be a token. */
const must: Readonly<Record<string, string>> = {
  callers: 'a list of callers, such as {"callers": [{"name": "alice", "token_sha256": "..."}]}',
  name: "a text of 1 to 100 characters",
  token_sha256: "64 hex digits",
  claims: "an object of at least one claim, each a text that is not empty, a number, true or false",
  channels: "a list of at least one channel id, or these as one comma-separated text",
  toolsets: "a list of at least one toolset, or these as one comma-separated text",
  read_only: "true or false",
  confirm: confirmations.join(", ").replace(/, (?=[\w,]+$)/, " or "),
  max_affected: limitMust,
  max_destructive_per_hour: limitMust,
};

/** Entries of a list as it is in JSON, or as the settings write it. */
function listed<Value>(parts: (given: string) => readonly Value[] | undefined, inText = parts) {
  return z.union([z.string(), z.array(z.string())]).transform((given, context): readonly Value[] => {
    const found = typeof given === "string" ? [inText(given)] : given.map(parts);
    const values = found.flatMap((part) => part ?? []);
    if (values.length > 0 && !found.includes(undefined)) return values;
    context.addIssue({ code: "custom" });
    return z.NEVER;
  });
}

/** A channel id that a list names. With a blank around it it would be that of no channel. */
function channel(given: string): readonly string[] | undefined {
  return given === "" || given.trim() !== given ? undefined : [given];
}

// What strict() does not know is not left out: it may be a limit that was misspelt.
const file = z
  .object({
    callers: z.array(
      z
        .object({
          name: z.string(),
          token_sha256: z
            .string()
            .regex(/^[\da-f]{64}$/i)
            .optional(),
          claims: z.custom<Claims>(areClaims).optional(),
          channels: listed(channel, list).optional(),
          toolsets: listed(toolsetList).optional(),
          read_only: z.boolean().optional(),
          confirm: z.enum(confirmations).optional(),
          max_affected: limit.optional(),
          max_destructive_per_hour: limit.optional(),
        })
        .strict(),
    ),
  })
  .strict();

type Written = z.infer<typeof file>["callers"][number];

/** Not by z.record, which leaves out `__proto__`: whoever fits the rest would be let in. */
function areClaims(given: unknown): given is Claims {
  return isObject(given) && Object.keys(given).length > 0 && Object.values(given).every(isClaim);
}

function isClaim(value: unknown): boolean {
  return typeof value === "boolean" || Number.isFinite(value) || (typeof value === "string" && value !== "");
}

/**
 * Reads the JSON of a file of callers. `fault` says what is wrong and where, as the end of a sentence, such as
 * "callers[2].channels must be ...", and never holds a value.
 */
export function readCallers(
  text: string,
): { readonly entries: readonly Entry[] } | { readonly fault: string } {
  const bare = text.replace(/^\ufeff/, "");
  let json: unknown;
  try {
    json = JSON.parse(bare);
  } catch (error) {
    return { fault: `it is not JSON${placeOf(error, bare)}` };
  }
  const { data, error } = file.safeParse(json);
  if (!data) return { fault: faultIn(error.issues) };
  const fault = faultAmong(data.callers);
  return fault === undefined ? { entries: data.callers.map(entryOf) } : { fault };
}

/** Where V8 says that it stopped, if it says so. The rest of its message quotes the text. */
function placeOf(error: unknown, text: string): string {
  const at = error instanceof Error && /at position (\d+)/.exec(error.message)?.[1];
  if (!at) return "";
  const lines = text.slice(0, Number(at)).split("\n");
  return ` (line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1})`;
}

function faultIn(issues: readonly z.ZodIssue[]): string {
  const unknown = issues.find((issue) => issue.code === "unrecognized_keys");
  if (unknown) {
    const where = nameOf(unknown.path);
    const [key = ""] = unknown.keys;
    // Shorter than any token of ours, should one stand in the place of a name.
    return `${where === "" ? "it" : where} has a member that is not known${/^\w{1,30}$/.test(key) ? `: ${key}` : ""}`;
  }
  const path = issues[0]?.path.slice(0, 3) ?? [];
  const last = path.at(-1);
  if (last === undefined) return `it must be an object with ${must.callers}`;
  return `${nameOf(path)} must be ${typeof last === "number" ? "an object" : must[last]}`;
}

function nameOf(path: readonly (string | number)[]): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`))
    .join("")
    .slice(1);
}

/** What is wrong with callers each of which is well written. */
function faultAmong(callers: readonly Written[]): string | undefined {
  const names = new Map<string, number>();
  const hashes = new Map<string, number>();
  for (const [index, { name, token_sha256, claims }] of callers.entries()) {
    const where = `callers[${index}]`;
    const fault = nameFault(name);
    if (fault !== undefined) return `${where}.name is ${fault}`;
    if ((token_sha256 === undefined) === (claims === undefined)) {
      return `${where} must have either token_sha256 or claims`;
    }
    const hash = token_sha256?.toLowerCase();
    const first = names.get(name);
    if (first !== undefined) return `${where}.name is also that of callers[${first}]`;
    const same = hash === undefined ? undefined : hashes.get(hash);
    if (same !== undefined) return `${where}.token_sha256 is also that of callers[${same}]`;
    names.set(name, index);
    if (hash !== undefined) hashes.set(hash, index);
  }
  return undefined;
}

function entryOf(written: Written): Entry {
  const { name, token_sha256, claims, channels, toolsets, read_only, confirm } = written;
  const { max_affected, max_destructive_per_hour } = written;
  return {
    name,
    ...(token_sha256 !== undefined && { tokenSha256: token_sha256.toLowerCase() }),
    ...(claims && { claims }),
    rights: {
      ...(channels && { channels }),
      ...(toolsets && { toolsets }),
      ...(read_only !== undefined && { readOnly: read_only }),
      ...(confirm && { confirm }),
      ...(max_affected !== undefined && { maxAffected: max_affected }),
      ...(max_destructive_per_hour !== undefined && { maxDestructivePerHour: max_destructive_per_hour }),
    },
  };
}
