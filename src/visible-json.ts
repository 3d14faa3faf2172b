import { setImmediate as nextTurn } from "node:timers/promises";
import { maxDepth } from "./json.ts";
import { TooLong, visibleText } from "./text.ts";

const secret = "[redacted]";
const tooDeep = "nested too deep to show";

/** Of a member that cannot be set by an assignment. */
const plainMember = { enumerable: true, writable: true, configurable: true };

/** After so many values, which take a few milliseconds, other work has its turn. */
const valuesPerTurn = 20_000;

/**
 * A copy of a JSON value that is safe to show, whoever wrote it: hidden characters become visible and the API key is
 * taken out, in member names too; names that then read the same are numbered; what is nested deeper than 256 levels is
 * cut off there. Everything else, numbers included, stays as it is. Takes time in proportion to what is shown, and lets
 * other work go on in between. Throws `TooLong` when it would take more than `longest` characters of JSON, or a few less,
 * or when it `isOver` before it is done.
 */
export async function visibleJson(
  value: unknown,
  redact: (text: string) => string,
  longest = Number.POSITIVE_INFINITY,
  isOver = () => false,
): Promise<unknown> {
  let left = longest;
  let values = 0;

  function take(characters: number): void {
    left -= characters;
    if (left < 0) throw new TooLong();
  }

  function shownText(text: string): string {
    const shown = visibleText(redact(text), left);
    // With its quotes.
    take(shown.length + 2);
    return shown;
  }

  function simple(json: unknown): unknown {
    if (typeof json === "string") return shownText(json);
    // With its comma.
    take(String(json).length + 1);
    return json;
  }

  function* container(json: object, depth: number): Generator<undefined, unknown> {
    if (depth === maxDepth) return simple(tooDeep);
    take(2);
    if (Array.isArray(json)) {
      const entries: unknown[] = [];
      for (const entry of json) {
        if (++values % valuesPerTurn === 0) yield;
        entries.push(isContainer(entry) ? yield* container(entry, depth + 1) : simple(entry));
      }
      return entries;
    }
    const members: Record<string, unknown> = {};
    const numbered = numbering(members);
    // Not Object.entries: of an object with very many members it takes a third of a second at once.
    for (const name of Object.keys(json)) {
      if (++values % valuesPerTurn === 0) yield;
      const shown = numbered(shownText(name));
      const member: unknown = Reflect.get(json, name);
      const value = isSecret(name, member)
        ? simple(secret)
        : isContainer(member)
          ? yield* container(member, depth + 1)
          : simple(member);
      if (shown === "__proto__") Object.defineProperty(members, shown, { ...plainMember, value });
      else members[shown] = value;
    }
    return members;
  }

  if (!isContainer(value)) return simple(value);
  const visiting = container(value, 0);
  for (;;) {
    const { done, value: shown } = visiting.next();
    if (done) return shown;
    await nextTurn();
    if (isOver()) throw new TooLong();
  }
}

/** Serial codes of licenses are nobody's business, wherever they stand. */
function isSecret(name: string, member: unknown): boolean {
  return name.endsWith("serial_code") && member !== null;
}

function isContainer(json: unknown): json is object {
  return typeof json === "object" && json !== null;
}

/** Gives a name that is taken the next number that is free. It goes on from the last one, lest very many take ages. */
function numbering(taken: object): (name: string) => string {
  let last: Map<string, number> | undefined;
  return (name) => {
    if (!Object.hasOwn(taken, name)) return name;
    last ??= new Map();
    let number = last.get(name) ?? 1;
    do number += 1;
    while (Object.hasOwn(taken, `${name} (${number})`));
    last.set(name, number);
    return `${name} (${number})`;
  };
}
