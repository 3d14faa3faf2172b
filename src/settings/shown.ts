import { type Setting, settings } from "./settings.ts";

/**
 * What may be shown of a value that was given; undefined where it may be the key, put into the wrong variable: a token
 * has no colon, as the addresses that people mistype mostly have. Of the files of keys see `isCertainlyPath`.
 */
export function shownOf(setting: Setting<unknown>, given: string): string | undefined {
  const mayBeToken = setting === settings.apiUrl && /^[\w.~+/-]+=*$/.test(given);
  const { apiKeyFile, ticketKeyFile } = settings;
  const mayBeKey = setting.secret || setting === apiKeyFile || setting === ticketKeyFile || mayBeToken;
  return mayBeKey ? undefined : withoutCredentials(given);
}

/** Begins as a path does, and holds a character that base64 lacks: a key in base64 may begin with a slash too. */
export function isCertainlyPath(given: string): boolean {
  return /^(?=.*[^a-z\d+/=])(\.{1,2}|~|[a-z]:)?[\\/]/is.test(given);
}

/** Up to the last @: what is no well-formed address may hold credentials too. So may a query. */
function withoutCredentials(given: string): string {
  return given
    .replace(/^(\w+:\/\/)?.*@/s, "$1[redacted]@")
    .replace(/^(\w+:\/\/[^?#]*[?#]).+/s, "$1[redacted]");
}
