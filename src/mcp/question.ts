import { cut, visibleText } from "../text.ts";
import type { Line, Tool } from "../tools/tool.ts";

const mostTexts = 5;
const longestText = 64;

/** Of which Sora it is, and when an answer comes too late. */
interface Occasion {
  /** The host, or what it is otherwise known by. */
  readonly sora: string;
  readonly answerBy: Date;
}

/**
 * What the call is, how many it hits, what it names, and who is hit: what a person needs to say yes or no. In four lines,
 * what matters most first: Claude Code shows no more, and cuts them where its window ends. So nothing that anybody writes
 * stands before the number.
 */
export function question(
  { title, name }: Tool,
  names: readonly Line[],
  hit: readonly Line[],
  { sora, answerBy }: Occasion,
  redact: (text: string) => string,
): string {
  const [count, ...what] = hit;
  const told = [[...(count ? [count] : []), ...names.toReversed()], what]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => sentence(line, redact)).join(" "));
  const time = answerBy.toLocaleTimeString("en-GB", { timeStyle: "long" });
  const ending = `Answer by ${time}, not later. Sora: ${sora}`;
  return [`${title} (${name})?`, ...told, ending].join("\n");
}

function sentence([label, value]: Line, redact: (text: string) => string): string {
  return `${label}: ${typeof value === "number" ? value : some(value, redact)}.`;
}

function some(texts: readonly string[], redact: (text: string) => string): string {
  const more = texts.length > mostTexts ? `, and ${texts.length - mostTexts} more` : "";
  const shown = texts.slice(0, mostTexts).map((text) => quoted(redact(text)));
  return shown.length === 0 ? "none" : shown.join(", ") + more;
}

/** Where addresses of the web and of mail are known by. A backslash does not help: it is gone when they are looked for. */
const address = /\/(?=\/)|@(?=\S*\.)|(?<=www)\.|(?<=[\p{L}\p{N}])\.(?=\p{L})|(?<=mailto|xmpp):/giu;

/** What Markdown would act on in the middle of a line. */
const acting = /[\\`*[\]()~|!#$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;

/** What could be taken for the end of a quoted text. */
const quotes = /["\u201c-\u201f\u2033\uff02]/g;

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/**
 * A text that anybody may have written: in quotes, on one line, cut, and with nothing in it that a screen would act on.
 * In Markdown a backslash before punctuation is not seen.
 */
function quoted(text: string): string {
  // Each character becomes at least one that is seen, so the rest of a long text need not be looked at.
  const shown = cut(visibleText(text.slice(0, 2 * longestText + 2)), longestText);
  const onOneLine = shown.replace(quotes, "'").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
  const inert = onOneLine
    .replace(address, "[$&]")
    .replace(acting, "\\$&")
    .replace(/[&<>]/g, (mark) => entities[mark] ?? mark);
  return `"${inert}"`;
}
