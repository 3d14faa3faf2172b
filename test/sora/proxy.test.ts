import { expect, test } from "vitest";
import { isExempt, proxyFor } from "../../src/sora/proxy.ts";
import { startProxy } from "../support/proxy.ts";
import { failureOf, noProxy, soraAt } from "../support/sora.ts";

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
  ["a.invalid,*", `https://${host}/`, false],
  [host, `https://${host}/`, true],
  [host.toUpperCase(), `https://${host}/`, true],
  [domain, `https://${host}/`, true],
  [`.${domain}`, `https://${host}/`, true],
  [`*.${domain}`, `https://${host}/`, true],
  [`.${domain}`, `https://${domain}/`, true],
  ["invalid", `https://${host}/`, true],
  [`x.${domain}`, `https://${host}/`, false],
  [`ora.${domain}`, `https://${host}/`, false],
  [`other.${host}`, `https://${host}/`, false],
  [`a.invalid, ${domain} ,b.invalid`, `https://${host}/`, true],
  [`a.invalid\t${domain}`, `https://${host}/`, true],
  [`${domain}:443`, `https://${host}/`, true],
  [`${domain}:80`, `https://${host}/`, false],
  [`${domain}:80`, `http://${host}/`, true],
  [`${domain}:443`, `http://${host}/`, false],
  [`${domain}:8080`, `https://${host}:8080/`, true],
  [`${domain}:8081`, `https://${host}:8080/`, false],
  [`${domain}:0`, `https://${host}:8080/`, true],
  ["[::1]", "https://[::1]:9/", true],
  ["[::1]:9", "https://[::1]:9/", true],
  ["[::1]:8", "https://[::1]:9/", false],
  ["::1", "https://[::1]:9/", false],
  ["127.0.0.1", "https://127.0.0.1:9/", true],
  ["127.0.0.0/8", "https://127.0.0.1:9/", false],
  ["0.0.1", "https://127.0.0.1:9/", true],
];

test("NO_PROXY is read as calls read it", async () => {
  const answers = noProxies.map(async ([no, url]) => {
    const proxy = await startProxy(403);
    const { port } = proxy;
    const proxies = { http: `http://127.0.0.1:${port}`, https: `http://127.0.0.1:${port}`, no };
    await failureOf(soraAt(url, { proxy: proxies }).write());
    return [no, url, proxy.tunnels.length === 0];
  });
  expect(await Promise.all(answers)).toEqual(noProxies);
  const read = noProxies.map(([no, url]) => [no, url, isExempt(new URL(url), { ...noProxy, no })]);
  expect(read).toEqual(noProxies);
});
