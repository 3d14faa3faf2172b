import type { Config, Environment } from "./config.ts";
import { isUnexpanded } from "./unset.ts";

/** As other programs read them: the name in lower case wins. */
export function proxiesFrom(env: Environment): Pick<Config, "proxy" | "problems"> {
  const set = (name: string) => {
    const value = env[name]?.trim();
    return value !== undefined && isUnexpanded(value) ? undefined : value;
  };
  const given = (name: string) => set(name.toLowerCase()) ?? set(name) ?? "";
  const url = (name: string) => (isProxyUrl(given(name)) ? given(name) : "");
  const problems = ["HTTP_PROXY", "HTTPS_PROXY"]
    .filter((name) => given(name) !== url(name))
    .map((variable) => ({
      variable,
      message: `${variable} must be the http:// or https:// address of a proxy, a % in its credentials written as %25.`,
    }));
  return { proxy: { http: url("HTTP_PROXY"), https: url("HTTPS_PROXY"), no: given("NO_PROXY") }, problems };
}

/** `proxy:8080` parses as a URL too: its scheme is then `proxy`. */
function isProxyUrl(given: string): boolean {
  try {
    const { protocol, username, password } = new URL(given);
    decodeURIComponent(`${username}:${password}`);
    return /^https?:$/.test(protocol);
  } catch {
    return false;
  }
}
