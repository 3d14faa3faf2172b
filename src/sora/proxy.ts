import { BlockList, isIP, isIPv6 } from "node:net";
import { domainToASCII } from "node:url";
import { isLoopback } from "./url.ts";

/**
 * The values of HTTP_PROXY, HTTPS_PROXY and NO_PROXY, "" when unset. Those of proxies are URLs, or stand as they were given
 * where they cannot be used.
 */
export interface Proxies {
  readonly http: string;
  readonly https: string;
  readonly no: string;
}

/** The proxy that a URL is asked through, "" for none. Whoever wants to know asks here: calls, settings and the doctor. */
export function proxyFor(url: URL, proxies: Proxies): string {
  const { http, https } = proxies;
  if (isExempt(url, proxies)) return "";
  // HTTP_PROXY alone need not have been meant for https: it helps out where it can, and stops nothing where it cannot.
  if (url.protocol === "https:") return https || (proxyUrl(http) ? http : "");
  // Plain http is spoken to this machine only, so it must not travel, key and all, through a proxy elsewhere.
  const isHere = URL.canParse(http) && isLoopback(new URL(http));
  return isLoopback(url) && !isHere ? "" : http;
}

/** The URL of a proxy, also of one given as `host:port`; undefined for what cannot be used, such as a SOCKS proxy. */
export function proxyUrl(given: string): string | undefined {
  const text = /:\d+\/?$/.test(given) && !/^[a-z\d+.-]+:\//i.test(given) ? `http://${given}` : given;
  try {
    const { protocol, username, password, pathname, search, hash } = new URL(text);
    decodeURIComponent(`${username}:${password}`);
    // Where a password holds a `/`, `?` or `#` as it is, the rest of it and the host seem to be a path.
    const isWhole = !`${pathname}${search}${hash}`.includes("@");
    return /^https?:$/.test(protocol) && isWhole ? text : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether NO_PROXY names a URL: hosts with all below them, IP addresses, either with `*` for anything, and blocks of
 * addresses; each with or without a port.
 */
function isExempt(url: URL, { no }: Proxies): boolean {
  const host = bare(url.hostname);
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return no.split(/[\s,;]+/).some((given) => {
    const entry = given.replace(/^\w+:\/\/([^/]*).*/, "$1");
    const withPort = isIPv6(entry) ? undefined : entry.match(/^(.+):(\d+)$/);
    const [, name = entry, itsPort = port] = withPort ?? [];
    if (itsPort !== port) return false;
    const its = bare(name.replace(/^\*?\./, ""));
    const pattern = (domainToASCII(its) || its).replace(/[^\w*]/g, "\\$&").replaceAll("*", ".*");
    const isNamed = RegExp(`^${isIP(host) ? "" : "(.+\\.)?"}${pattern}$`, "i").test(host);
    return isNamed || (isIP(host) > 0 && isWithin(host, its));
  });
}

/** Without the brackets of IPv6 and the dot of the root. */
function bare(host: string): string {
  return host.replace(/[[\]]|\.$/g, "");
}

/** Whether an IP address is in a block such as 10.0.0.0/8, or is the same as another one. */
function isWithin(ip: string, block: string): boolean {
  const [, address = "", bits] = block.match(/^([^/]+)(?:\/(\d+))?$/) ?? [];
  const all = isIPv6(address) ? 128 : 32;
  if (isIP(address) === 0 || Number(bits ?? all) > all) return false;
  const family = (of: string) => (isIPv6(of) ? "ipv6" : "ipv4");
  const list = new BlockList();
  list.addSubnet(address, Number(bits ?? all), family(address));
  return list.check(ip, family(ip));
}
