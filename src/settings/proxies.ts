import { proxyFor, proxyUrl } from "../sora/proxy.ts";
import type { Config, Environment, Problem } from "./config.ts";
import { isUnexpanded } from "./unset.ts";

/** As other programs read them: the name in lower case wins. Only a proxy that one of `urls` is asked through can be a problem. */
export function proxiesFrom(env: Environment, urls: readonly URL[]): Pick<Config, "proxy" | "problems"> {
  const set = (name: string) => {
    const value = env[name]?.trim();
    return value !== undefined && isUnexpanded(value) ? undefined : value;
  };
  const holder = (name: string) => (set(name.toLowerCase()) === undefined ? name : name.toLowerCase());
  const given = (name: string) => set(holder(name)) ?? "";
  const address = (name: string) => proxyUrl(given(name)) ?? given(name);
  const proxy = { http: address("HTTP_PROXY"), https: address("HTTPS_PROXY"), no: given("NO_PROXY") };
  // Each variable is told once, for the first that is asked through it.
  const problems = new Map<string, Problem>();
  for (const url of urls) {
    const used = proxyFor(url, proxy);
    if (used === "" || proxyUrl(used) !== undefined) continue;
    const variable = holder(url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY");
    const lack = /^[\w.-]+$/.test(used) ? "lacks a port: it " : "";
    const message = `${variable}, the proxy for ${url.host}, ${lack}must be host:port or an http:// or https:// address (SOCKS is not supported), special characters in its credentials percent-encoded. A host that needs no proxy stands in NO_PROXY.`;
    if (!problems.has(variable)) problems.set(variable, { variable, message });
  }
  return { proxy, problems: [...problems.values()] };
}
