import { expect, test } from "vitest";
import { proxyFor, proxyUrl } from "../../src/sora/proxy.ts";
import { startProxy } from "../support/proxy.ts";
import { failureOf, soraAt } from "../support/sora.ts";

const here = "http://127.0.0.1:3128";
const elsewhere = "http://proxy.invalid:3128";

test.each([
  { url: "https://sora.invalid/", http: "", https: "", through: "" },
  { url: "https://sora.invalid/", http: "", https: here, through: here },
  { url: "https://sora.invalid/", http: elsewhere, https: here, through: here },
  { url: "https://sora.invalid/", http: elsewhere, https: "", through: elsewhere },
  { url: "https://127.0.0.1/", http: "", https: elsewhere, through: elsewhere },
  { url: "http://sora.invalid/", http: elsewhere, https: here, through: elsewhere },
  { url: "http://sora.invalid/", http: "", https: here, through: "" },
  { url: "http://127.0.0.1/", http: "", https: here, through: "" },
  { url: "http://127.0.0.1/", http: here, https: elsewhere, through: here },
  { url: "http://127.0.0.1/", http: elsewhere, https: here, through: "" },
  { url: "http://127.0.0.1/", http: "no proxy", https: here, through: "" },
  { url: "http://sora.invalid/", http: "no proxy", https: here, through: "no proxy" },
  { url: "https://sora.invalid/", http: here, https: "no proxy", through: "no proxy" },
  { url: "https://sora.invalid/", http: "no proxy", https: "", through: "" },
  { url: "https://sora.invalid/", http: "socks5://127.0.0.1:1080", https: "", through: "" },
  { url: "https://sora.invalid/", http: "socks5://127.0.0.1:1080", https: here, through: here },
])(
  "$url with HTTP_PROXY=$http and HTTPS_PROXY=$https: through '$through'",
  ({ url, through, ...proxies }) => {
    expect(proxyFor(new URL(url), { ...proxies, no: "" })).toBe(through);
  },
);

/** A name that no resolver is asked for, as one of its labels is too long. */
const domain = `${"x".repeat(64)}.invalid`;
const host = `sora.${domain}`;

const noProxies: [no: string, url: string, exempt: boolean][] = [
  ["", `https://${host}/`, false],
  ["*", `https://${host}/`, true],
  [" * ", `https://${host}/`, true],
  ["a.invalid,*", `https://${host}/`, true],
  ["*:443", `https://${host}/`, true],
  ["*:443", `https://${host}:8443/`, false],
  [host, `https://${host}/`, true],
  [host.toUpperCase(), `https://${host}/`, true],
  [domain, `https://${host}/`, true],
  [`.${domain}`, `https://${host}/`, true],
  [`*.${domain}`, `https://${host}/`, true],
  [`.${domain}`, `https://${domain}/`, true],
  [`${host}.`, `https://${host}/`, true],
  [host, `https://${host}./`, true],
  [`.${domain}.`, `https://${host}/`, true],
  ["invalid", `https://${host}/`, true],
  [`x.${domain}`, `https://${host}/`, false],
  [`ora.${domain}`, `https://${host}/`, false],
  [`other.${host}`, `https://${host}/`, false],
  [`a.invalid, ${domain} ,b.invalid`, `https://${host}/`, true],
  [`a.invalid\t${domain}`, `https://${host}/`, true],
  [` ,, ${domain},`, `https://${host}/`, true],
  [`a.invalid;${domain}`, `https://${host}/`, true],
  [",", `https://${host}/`, false],
  [".", `https://${host}/`, false],
  ["*.", `https://${host}/`, false],
  [`*${domain}`, `https://${host}/`, true],
  [`*${domain.slice(3)}`, `https://${host}/`, true],
  [`s*a.${domain}`, `https://${host}/`, true],
  [`s*b.${domain}`, `https://${host}/`, false],
  [`*.${host}`, `https://other.${host}/`, true],
  [`*a.${domain.slice(0, -1)}`, `https://${host}/`, false],
  [`sora.${"?".repeat(64)}.invalid`, `https://${host}/`, false],
  [host.replaceAll(".", "x"), `https://${host}/`, false],
  [host, `https://${host.replaceAll(".", "x")}/`, false],
  [`https://${host}`, `https://${host}/`, true],
  [`HTTP://${domain}/path`, `https://${host}/`, true],
  [`https://${host}:443/`, `https://${host}/`, true],
  [`https://${host}:8443`, `https://${host}/`, false],
  [`https://x.${domain}`, `https://${host}/`, false],
  [`例え.${domain}`, `https://sora.xn--r8jz45g.${domain}/`, true],
  [`*.例え.${domain}:443`, `https://sora.例え.${domain}/`, true],
  [`例.${domain}`, `https://例え.${domain}/`, false],
  [`${domain}:443`, `https://${host}/`, true],
  [`${domain}:80`, `https://${host}/`, false],
  [`${domain}:80`, `http://${host}/`, true],
  [`${domain}:443`, `http://${host}/`, false],
  [`${domain}:8080`, `https://${host}:8080/`, true],
  [`${domain}:8081`, `https://${host}:8080/`, false],
  ["[::1]", "https://[::1]:9/", true],
  ["[::1]:9", "https://[::1]:9/", true],
  ["[::1]:8", "https://[::1]:9/", false],
  ["::1", "https://[::1]:9/", true],
  ["0:0:0:0:0:0:0:1", "https://[::1]:9/", true],
  ["::1:9", "https://[::1]:9/", false],
  ["::1/128", "https://[::1]:9/", true],
  ["::F/124", "https://[::1]:9/", true],
  ["[::]/8", "https://[::1]:9/", true],
  ["fd00::/8", "https://[::1]:9/", false],
  ["::/129", "https://[::1]:9/", false],
  ["127.0.0.1", "https://127.0.0.1:9/", true],
  ["127.0.0.1:9", "https://127.0.0.1:9/", true],
  ["127.0.0.1:8", "https://127.0.0.1:9/", false],
  ["127.0.0.0/8", "https://127.0.0.1:9/", true],
  ["127.0.0.0/8:9", "https://127.0.0.1:9/", true],
  ["127.0.0.0/8:8", "https://127.0.0.1:9/", false],
  ["10.0.0.0/8", "https://127.0.0.1:9/", false],
  ["127.0.0.0/31", "https://127.0.0.1:9/", true],
  ["127.0.0.0/32", "https://127.0.0.1:9/", false],
  ["127.0.0.0/33", "https://127.0.0.1:9/", false],
  ["127.0.0.0/", "https://127.0.0.1:9/", false],
  ["127.0.0.0/x", "https://127.0.0.1:9/", false],
  ["0.0.0.0/0", "https://127.0.0.1:9/", true],
  ["0.0.0.0/0", `https://${host}/`, false],
  ["0.0.1", "https://127.0.0.1:9/", false],
  ["127.*", "https://127.0.0.1:9/", true],
  ["127.0.*.*", "https://127.0.0.1:9/", true],
  ["127.0.*.*:9", "https://127.0.0.1:9/", true],
  ["127.0.*.*:8", "https://127.0.0.1:9/", false],
  ["12.*", "https://127.0.0.1:9/", false],
  ["*.1", "https://127.0.0.1:9/", false],
  ["https://127.0.0.1:9", "https://127.0.0.1:9/", true],
  ["https://[::1]:9/", "https://[::1]:9/", true],
];

test("NO_PROXY is read as its users write it", () => {
  const read = noProxies.map(([no, url]) => {
    const through = proxyFor(new URL(url), { http: elsewhere, https: elsewhere, no });
    return [no, url, through === ""];
  });
  expect(read).toEqual(noProxies);
});

test("calls go past the proxy where NO_PROXY says so, and nowhere else", async () => {
  const answers = noProxies.map(async ([no, url]) => {
    const proxy = await startProxy(403);
    const { port } = proxy;
    const proxies = { http: `http://127.0.0.1:${port}`, https: `http://127.0.0.1:${port}`, no };
    await failureOf(soraAt(url, { proxy: proxies }).write());
    return [no, url, proxy.tunnels.length === 0];
  });
  expect(await Promise.all(answers)).toEqual(noProxies);
});

test.each([
  ["http://proxy.invalid:3128", "http://proxy.invalid:3128"],
  ["HTTPS://user:word@proxy.invalid/", "HTTPS://user:word@proxy.invalid/"],
  ["http://user@proxy.invalid", "http://user@proxy.invalid"],
  ["http://user:w%40rd@proxy.invalid", "http://user:w%40rd@proxy.invalid"],
  ["proxy.invalid:8080", "http://proxy.invalid:8080"],
  ["proxy:8080/", "http://proxy:8080/"],
  ["127.0.0.1:3128", "http://127.0.0.1:3128"],
  ["[::1]:3128", "http://[::1]:3128"],
  ["user:word@proxy.invalid:8080", "http://user:word@proxy.invalid:8080"],
  ["proxy.invalid", undefined],
  ["socks5://127.0.0.1:1080", undefined],
  ["user:1#word@proxy.invalid:8080", undefined],
  ["http://user:1/word@proxy.invalid", undefined],
  ["", undefined],
])("the proxy %s is %s", (given, url) => {
  expect(proxyUrl(given)).toBe(url);
});
