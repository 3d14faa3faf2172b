/**
 * Characters that nobody sees, or that reorder text or act on a terminal: controls, format characters, halves of
 * surrogate pairs, unassigned and private ones, what Unicode says to ignore, line separators and the Braille blank.
 * Tab, newline, ZWJ and ZWNJ stay, which texts need; so does a variation selector behind an emoji or inside a keycap.
 */
const hidden =
  /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800](?<![\t\n\u200c\u200d])(?<!(?:(?![0-9#*])\p{Emoji}|[0-9#*](?=\ufe0f\u20e3))[\ufe0e\ufe0f])/gu;

/**
 * Shows hidden characters of a text in their escaped form, such as `\u202e`. Throws `TooLong` as soon as the result
 * would have more than `longest` UTF-16 units.
 */
export function visibleText(text: string, longest = Number.POSITIVE_INFINITY): string {
  let length = text.length;
  if (length > longest) throw new TooLong();
  return text.replace(hidden, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16);
    const form = hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
    length += form.length - character.length;
    if (length > longest) throw new TooLong();
    return form;
  });
}

/** What was to be shown takes more room, or more time, than there is. */
export class TooLong extends Error {
  override readonly name = "TooLong";
}

/** The first characters of a text, so many at the most, and whether there were more. */
export function cut(text: string, most: number): string {
  // Twice as many UTF-16 units hold at least so many characters: the rest of a long text is not looked at.
  const characters = [...text.slice(0, 2 * most + 1)];
  return characters.length > most ? `${characters.slice(0, most).join("")}…` : text;
}
