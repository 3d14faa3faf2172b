/**
 * What people put where the key belongs, and what each is told: the end of a sentence, without a letter of what was given.
 * A token as RFC 6750 has it, and nearly every password, fits none of them. The first that fits is told.
 */
const mistakes: readonly (readonly [RegExp, string])[] = [
  [/^$/, "it is empty"],
  [/\0/, "it is UTF-16; save it as UTF-8"],
  [/^(["'`]).*\1$|[\u2018-\u201f\u300c-\u300f]/s, "no quotes around it"],
  [/^(authorization: *)?bearer\s/i, 'no "Bearer" before it'],
  [/^(export +|set +|\$env:)?(\w*(key|token) *= *[^=\s]|sora_api_key *[=:])/i, "no name and = before it"],
  [
    /\$\{|^(\$([A-Z_]+|env:\w+|\(.*\))|%\w+%)$/,
    "it is a variable, such as $NAME or %NAME%, that nobody has filled in",
  ],
  [
    /^({{.*}}|{[a-z_ -]*}|\[[a-z_ -]*\]|<.*>|(your|(insert|enter|paste|replace)[_-])[a-z_-]*(key|token|secret|here)|sora_api_key|x{4,}|\*{3,}|\.{3,})$/i,
    "it is a placeholder, such as <KEY> or {{KEY}}",
  ],
  [/^[{[]\s*["{[]/, "it is JSON"],
  [/^https?:/i, "it is an address"],
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
