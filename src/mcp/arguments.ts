import type { ZodIssue } from "zod";
import { holdsInfinity, isTooDeep, maxDepth } from "../json.ts";
import { ToolError } from "../sora/errors.ts";
import { visibleText } from "../text.ts";
import { ownArguments, type Tool, type ToolArguments } from "../tools/tool.ts";

const mostIssues = 20;
const mostCharacters = 200;

/** Validated arguments, and the body that they make for Sora. Throws `invalid_arguments`, naming each path. */
export function readArguments(
  tool: Tool,
  given: unknown,
): { args: ToolArguments; body: Record<string, unknown> } {
  const raw = given ?? {};
  const parsed = tool.input.safeParse(raw);
  const problems = parsed.success ? [] : parsed.error.issues.map(describe);
  if (isTooDeep(raw)) problems.push(`arguments: nested more than ${maxDepth} levels deep`);
  else if (holdsInfinity(raw)) problems.push("arguments: a number is too large (beyond 1.8e308)");
  if (!parsed.success || problems.length > 0) {
    const shown = problems.slice(0, mostIssues).join("; ");
    const more = problems.length > mostIssues ? `; and ${problems.length - mostIssues} more` : "";
    throw new ToolError("invalid_arguments", `${shown}${more}. Nothing was sent.`, {
      hint: `${tool.name} takes: ${namesOf(tool).join(", ")}.`,
    });
  }
  // The given values, not the parsed ones: what the caller wrote reaches Sora byte for byte.
  const body = Object.fromEntries(Object.entries(raw).filter(([name]) => !ownArguments.has(name)));
  return { args: parsed.data, body };
}

/** The names of a tool's arguments; those that may be left out end with a question mark. */
function namesOf({ input }: Tool): string[] {
  return Object.entries(input.shape).map(([name, field]) => (field.isOptional() ? `${name}?` : name));
}

function describe(issue: ZodIssue): string {
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const keys = issue.keys.map((key) => (path ? `${path}.${key}` : key)).join(", ");
    return `${cut(keys)}: unknown argument${issue.keys.length > 1 ? "s" : ""}`;
  }
  return cut(`${path || "arguments"}: ${issue.message}`);
}

function cut(text: string): string {
  const visible = visibleText(text);
  const shown = visible.length > mostCharacters ? `${visible.slice(0, mostCharacters)}…` : visible;
  // Half of a surrogate pair, given or left by the cut, is an error to some JSON parsers.
  return shown.toWellFormed();
}
