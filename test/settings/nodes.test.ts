import { describe, expect, test } from "vitest";
import { load, messages, told } from "../support/settings.ts";

// SORA_API_URL may name several nodes of one cluster.

const nodesOf = (SORA_API_URL: string, env: Record<string, string> = {}) =>
  load({ env: { ...env, SORA_API_URL } });
const a = "http://127.0.0.1:1/";
const b = "http://127.0.0.2:2/api";
const c = "https://c.example.com/";

test.each([
  [a, [a]],
  [`${a},${b}`, [a, b]],
  [` ${c} ,\t${b},${a}`, [c, b, a]],
  [`${a},${b},http://127.0.0.1:1,${a}`, [a, b]],
])("%j: the first, and the others in their order, each once", (given, nodes) => {
  const { apiUrl, otherNodes, problems } = nodesOf(given);
  expect([apiUrl, ...otherNodes].map(({ href }) => href)).toEqual(nodes);
  expect(problems).toEqual([]);
});

test.each([
  `${a},`,
  `,${a}`,
  `${a},,${b}`,
  `${a},127.0.0.1:2`,
  `${a},http://user:word@127.0.0.1/`,
  `${a},${b}?x`,
])("%j is not understood, as a node that is left out would never be missed", (given) => {
  const config = nodesOf(given);
  expect(messages(config)).toEqual([expect.stringMatching(/^SORA_API_URL must be /)]);
  expect(told(config)).not.toContain("word");
});

describe("the key", () => {
  const cloud = "https://api.sora-cloud.shiguredo.app/sora-api";
  const needed = "api.sora-cloud.shiguredo.app needs an API key: set SORA_API_KEY or SORA_API_KEY_FILE.";
  const inPlain =
    "An API key is never sent over plain http to another machine: make SORA_API_URL an https:// address.";

  test.each([`${cloud},${a}`, `${a},${cloud}`, `${a},${c},${cloud}`])("is missing for %s", (given) => {
    expect(messages(nodesOf(given))).toEqual([needed]);
    expect(messages(nodesOf(`${cloud},${c}`, { SORA_API_KEY: "k" }))).toEqual([]);
  });

  test.each([`http://10.0.0.1/,${c}`, `${c},http://10.0.0.1/`, `${a},http://10.0.0.1/,http://10.0.0.2/`])(
    "would go over plain http to another machine: %s",
    (given) => {
      expect(messages(nodesOf(given, { SORA_API_KEY: "k" }))).toEqual([inPlain]);
      expect(messages(nodesOf(given))).toEqual([]);
    },
  );
});

describe("a proxy that cannot be used", () => {
  const socks = "socks5://127.0.0.1:1080";

  test.each([
    [`https://a.example.com/,${c}`, ["https_proxy"]],
    [`http://10.0.0.1/,${c}`, ["HTTP_PROXY", "https_proxy"]],
    [`${c},http://10.0.0.1/,http://10.0.0.2/`, ["https_proxy", "HTTP_PROXY"]],
    [`${a},http://10.0.0.1/`, ["HTTP_PROXY"]],
  ])("%s: each variable is told once", (given, variables) => {
    const { problems } = nodesOf(given, { https_proxy: socks, HTTP_PROXY: "socks5://10.0.0.9:1" });
    expect(problems.map(({ variable }) => variable)).toEqual(variables);
  });

  test("is told for the node that is asked through it", () => {
    const env = { HTTPS_PROXY: socks, NO_PROXY: "a.example.com" };
    const told = messages(nodesOf(`https://a.example.com/,${c}`, env));
    expect(told).toEqual([expect.stringMatching(/^HTTPS_PROXY, the proxy for c\.example\.com, must be /)]);
    const exempt = { ...env, NO_PROXY: "example.com" };
    expect(messages(nodesOf(`https://a.example.com/,${c}`, exempt))).toEqual([]);
  });
});

test("canary goes to Sora Labo alone, not to a cluster that it is named with", () => {
  const labo = "https://sora-api.sora-labo.shiguredo.app";
  const env = { SORA_API_KEY: "k" };
  expect(nodesOf(labo, env).releaseChannel).toBe("canary");
  expect(nodesOf(`${labo},${labo}/`, env).releaseChannel).toBe("canary");
  expect(nodesOf(`${labo},${c}`, env).releaseChannel).toBeUndefined();
});
