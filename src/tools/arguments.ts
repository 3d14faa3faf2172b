import type { ZodIssue, z } from "zod";
import { Refusal } from "../errors.ts";
import { holdsInfinity, isObject, isTooDeep, maxDepth } from "../json.ts";
import { cut } from "../text.ts";

export type Input<Args> = z.ZodObject<z.ZodRawShape, "strict", z.ZodTypeAny, Args>;

const mostIssues = 20;
const mostCharacters = 200;

/** Arguments as schemas let them through, and as the caller wrote them. */
interface Read<Args, Own> {
  readonly args: Args;
  readonly given: Readonly<Record<string, unknown>>;
  /** What is not the tool's own `input`, but said to this server. */
  readonly own: Own;
}

/** What arguments a tool takes. */
interface Taken<Args, Own> {
  /** Of the tool. */
  readonly name: string;
  readonly input: Input<Args>;
  readonly ownInput: Input<Own>;
  /** What is wrong with valid arguments together. */
  readonly problem?: ((args: Args) => string | undefined) | undefined;
}

/**
 * Reads the arguments of a tool's `input`, and beside them those of `ownInput`. Throws `invalid_arguments`, naming each
 * path in the order of the schemas.
 */
export function readArguments<Args, Own>(
  { name, input, ownInput, problem }: Taken<Args, Own>,
  written: unknown,
  redact: (text: string) => string,
): Read<Args, Own> {
  const all = written ?? {};
  const [given, ownGiven] = apart(all, ownInput);
  const args = input.safeParse(given);
  const own = ownInput.safeParse(ownGiven);
  const together = args.success ? problem?.(args.data) : undefined;
  const excess = [...(together === undefined ? [] : [together]), ...excessOf(all)];
  if (args.success && own.success && excess.length === 0) {
    return { args: args.data, given: isObject(given) ? given : {}, own: own.data };
  }
  const both = input.extend(ownInput.shape);
  const issues = both.safeParse(all).error?.issues ?? [];
  const problems = [...issues.map((issue) => describe(issue, redact)), ...excess];
  const shown = problems.slice(0, mostIssues).join("; ");
  const more = problems.length > mostIssues ? `; and ${problems.length - mostIssues} more` : "";
  throw new Refusal("invalid_arguments", `${shown}${more}. Nothing was sent.`, {
    hint: `${name} takes: ${namesOf(both).join(", ") || "no arguments"}.`,
  });
}

/** What no schema sees: more than can be worked with. */
function excessOf(all: unknown): string[] {
  if (isTooDeep(all)) return [`arguments: nested more than ${maxDepth} levels deep`];
  return holdsInfinity(all) ? ["arguments: a number is too large (beyond 1.8e308)"] : [];
}

/** The members that one schema has, taken out of the others. */
function apart(all: unknown, { shape }: Input<unknown>): [others: unknown, members: object] {
  if (!isObject(all)) return [all, {}];
  const entries = Object.entries(all);
  const isMember = ([name]: readonly [string, unknown]) => Object.hasOwn(shape, name);
  return [
    Object.fromEntries(entries.filter((entry) => !isMember(entry))),
    Object.fromEntries(entries.filter(isMember)),
  ];
}

/** The names of a tool's arguments; those that may be left out end with a question mark. */
function namesOf({ shape }: Input<unknown>): string[] {
  return Object.entries(shape).map(([name, field]) => (field.isOptional() ? `${name}?` : name));
}

function describe(issue: ZodIssue, redact: (text: string) => string): string {
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const keys = issue.keys.map((key) => (path ? `${path}.${key}` : key)).join(", ");
    return `${cut(redact(keys), mostCharacters)}: unknown argument${issue.keys.length > 1 ? "s" : ""}`;
  }
  return cut(redact(`${path || "arguments"}: ${issue.message}`), mostCharacters);
}
