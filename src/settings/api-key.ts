/**
 * What people put where the key belongs, and what each is told: the end of a sentence, without a letter of what was given.
 * A token as RFC 6750 has it, and nearly every password, fits none of them. The first that fits is told.
 */
const mistakes: readonly (readonly [RegExp, string])[] = [
  [/^$/, "it is empty"],
  [/\0/, "it is UTF-16; save it as UTF-8"],
  [/^(authorization *: *)?bearer[\s:]/i, 'no "Bearer" before it'],
  [
    /^(export +|set +|\$env:)?([\w-]*(key|token) *= *[^=\s]|(x-)?(sora[_-]?)?(api[_-]?)?(key|token) *:|sora_api_key *=)/i,
    "no name before it",
  ],
  [/^["'`]|["'`][,;]?$|[\u2018-\u201f\u300c-\u300f]/, "no quotes around it"],
  [
    /\$\{|^(\$([a-z_]\w*|env:\w+|\(.*\))|%\w+%|!\w+!)$/i,
    "it is a variable, such as $NAME or %NAME%, that nobody has filled in",
  ],
  [
    /^({{.*}}|{[a-z_ -]*\d*}|\[[a-z_ -]*\d*\]|<.*>|(your|(insert|enter|paste|replace)[_-])[a-z_-]*(key|token|secret|here)\d*|(sora[_-])?api[_-]?key\d*|(change|replace)[_-]?me|undefined|null|none|x[x_-]{3,}|\*{3,}|\.{3,})$/i,
    "it is a placeholder, such as <KEY> or {{KEY}}",
  ],
  [/^[{[]\s*["{[]/, "it is JSON"],
  [/^https?:/i, "it is an address"],
  // Of words alone, as a token of 16 characters or more is not.
  [
    /^([A-Za-z]:[\\/]|~\\|(~|\.{1,2}|\/[a-z]+)(\/[A-Z]?[a-z._-]+\d*)+$)/,
    "it is a path, which goes into SORA_API_KEY_FILE",
  ],
  [/[\r\n]/, "it has several lines"],
  [/\s/, "it has a blank inside"],
  [/[^!-~]/, "it has characters other than visible ASCII"],
  // Most headers end at 8 kB.
  [/^.{8001}/, "it has more than 8000 characters"],
];

/** Why a text cannot be a key; undefined when it can. Blanks around it are the caller's to take off. */
export function keyFault(text: string): string | undefined {
  return mistakes.find(([looks]) => looks.test(text))?.[1];
}
