import { isTooDeep, maxDepth } from "./json.ts";
import { ToolError } from "./sora/errors.ts";

/**
 * Characters that hide or reorder text on a screen or act on a terminal: controls but tab and newline, bidirectional
 * controls, zero-width space, word joiner, byte order mark, tag characters; and halves of surrogate pairs, at which
 * strict JSON parsers stop. ZWJ and ZWNJ stay: names need them.
 */
const hidden =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff\u{e0000}-\u{e007f}]/gu;

/** Shows hidden characters of a text in their escaped form, such as `\u202e`. */
export function visibleText(text: string): string {
  return text.replace(hidden, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16);
    return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
  });
}

/**
 * Makes JSON that participants may have written safe to show: hidden characters become visible and the API key, should
 * Sora echo it, is taken out; in member names too. Everything else, numbers included, stays as it is.
 * Throws `bad_response` when the value is nested too deeply to be answered.
 */
export function visibleJson(value: unknown, redact: (text: string) => string, depth = 0): unknown {
  if (typeof value === "string") return visibleText(redact(value));
  if (typeof value !== "object" || value === null) return value;
  if (depth === maxDepth) throw tooDeep();
  if (Array.isArray(value)) return value.map((entry) => visibleJson(entry, redact, depth + 1));
  const members = new Map<string, unknown>();
  for (const [name, member] of Object.entries(value)) {
    let visibleName = visibleText(redact(name));
    // Two names may read the same by now: neither may hide the other.
    while (members.has(visibleName)) visibleName += " (another)";
    members.set(visibleName, visibleJson(member, redact, depth + 1));
  }
  return Object.fromEntries(members);
}

/**
 * {@link visibleJson} of a value and the JSON text that it was read from. Where one look at the text shows that nothing
 * needs to change, which is the rule, the many strings in it are not visited one by one.
 */
export function visibleAnswer(value: unknown, text: string, redact: (text: string) => string): unknown {
  if (!isPlain(text) || redact(text) !== text) return visibleJson(value, redact);
  if (isTooDeep(value)) throw tooDeep();
  return value;
}

/** Whether a JSON text holds no hidden character, neither as it is nor behind a backslash. */
function isPlain(text: string): boolean {
  return !text.includes("\\") && text.search(hidden) === -1;
}

function tooDeep(): ToolError {
  return new ToolError("bad_response", `Sora's answer is nested more than ${maxDepth} levels deep.`, {
    hint: "No tool can show it: a participant may have set such metadata.",
  });
}
