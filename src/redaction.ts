/** Takes every occurrence of the secret out of a text. Secrets of under 6 characters are words: they stay. */
export function redactor(secret: string | undefined): (text: string) => string {
  if (secret === undefined || secret.length < 6) return (text) => text;
  const inJson = JSON.stringify(secret).slice(1, -1);
  return (text) => text.replaceAll(secret, "[redacted]").replaceAll(inJson, "[redacted]");
}

/** Compact JSON without the secret: it is taken out of the texts before JSON escapes what the secret is made of. */
export function redactedJson(value: unknown, redact: (text: string) => string): string {
  return JSON.stringify(value, (_name, member) => (typeof member === "string" ? redact(member) : member));
}
