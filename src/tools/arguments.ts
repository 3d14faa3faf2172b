import type { ZodIssue, z } from "zod";
import { Refusal } from "../errors.ts";
import { holdsInfinity, isObject, isTooDeep, maxDepth } from "../json.ts";
import { cut } from "../text.ts";

export type Input<Args> = z.ZodObject<z.ZodRawShape, "strict", z.ZodTypeAny, Args>;

const mostIssues = 20;
const mostCharacters = 200;

/**
 * Arguments as the tool's `input` lets them through, and `raw`, as the caller wrote them. Throws `invalid_arguments`,
 * naming each path in the order of the schema.
 */
export function readArguments<Args>(
  name: string,
  input: Input<Args>,
  given: unknown,
  redact: (text: string) => string,
): { args: Args; raw: Readonly<Record<string, unknown>> } {
  const raw = given ?? {};
  const parsed = input.safeParse(raw);
  const problems = parsed.success ? [] : parsed.error.issues.map((issue) => describe(issue, redact));
  if (isTooDeep(raw)) problems.push(`arguments: nested more than ${maxDepth} levels deep`);
  else if (holdsInfinity(raw)) problems.push("arguments: a number is too large (beyond 1.8e308)");
  if (parsed.success && problems.length === 0) return { args: parsed.data, raw: isObject(raw) ? raw : {} };
  const shown = problems.slice(0, mostIssues).join("; ");
  const more = problems.length > mostIssues ? `; and ${problems.length - mostIssues} more` : "";
  throw new Refusal("invalid_arguments", `${shown}${more}. Nothing was sent.`, {
    hint: `${name} takes: ${namesOf(input).join(", ") || "no arguments"}.`,
  });
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
