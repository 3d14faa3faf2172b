import { isLoopback } from "./url.ts";

/** The values of HTTP_PROXY, HTTPS_PROXY and NO_PROXY, "" when unset. */
export interface Proxies {
  readonly http: string;
  readonly https: string;
  readonly no: string;
}

/** The proxy that is meant for a URL, before NO_PROXY is asked; "" when there is none. */
export function proxyFor(url: URL, { http, https }: Proxies): string {
  if (url.protocol === "https:") return https || http;
  // Plain http is spoken to this machine only, so it must not travel, key and all, through a proxy elsewhere.
  if (http && isLoopback(url) && !isLoopback(new URL(http))) return "";
  return http;
}

/**
 * Whether NO_PROXY exempts a URL from its proxy. For people who want to know: calls ask undici's EnvHttpProxyAgent, whose
 * reading of NO_PROXY this repeats.
 */
export function isExempt(url: URL, { no }: Proxies): boolean {
  if (no === "*") return true;
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  return (no.match(/[^,\s]+/g) ?? []).some((entry) => {
    const [, name = entry, itsPort = "0"] = /^(.+):(\d+)$/.exec(entry) ?? [];
    const domain = name.replace(/^\*?\./, "").toLowerCase();
    const isHost = url.hostname === domain || url.hostname.endsWith(`.${domain}`);
    return isHost && (Number(itsPort) === 0 || Number(itsPort) === port);
  });
}
