import { proxyFor, proxyUrl } from "../sora/proxy.ts";
import type { Config, Environment } from "./config.ts";
import { isUnexpanded } from "./unset.ts";

/** As other programs read them: the name in lower case wins. Only the proxy that `url` is asked through can be a problem. */
export function proxiesFrom(env: Environment, url: URL): Pick<Config, "proxy" | "problems"> {
  const set = (name: string) => {
    const value = env[name]?.trim();
    return value !== undefined && isUnexpanded(value) ? undefined : value;
  };
  const holder = (name: string) => (set(name.toLowerCase()) === undefined ? name : name.toLowerCase());
  const given = (name: string) => set(holder(name)) ?? "";
  const address = (name: string) => proxyUrl(given(name)) ?? given(name);
  const proxy = { http: address("HTTP_PROXY"), https: address("HTTPS_PROXY"), no: given("NO_PROXY") };
  const used = proxyFor(url, proxy);
  if (used === "" || proxyUrl(used) !== undefined) return { proxy, problems: [] };
  const variable = holder(url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY");
  const lack = /^[\w.-]+$/.test(used) ? "lacks a port: it " : "";
  const message = `${variable}, the proxy for ${url.host}, ${lack}must be host:port or an http:// or https:// address (SOCKS is not supported), special characters in its credentials percent-encoded. A host that needs no proxy stands in NO_PROXY.`;
  return { proxy, problems: [{ variable, message }] };
}
