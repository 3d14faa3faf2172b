import type { Endpoint } from "../sora/client.ts";
import { proxyFor } from "../sora/proxy.ts";
import { type Check, checkNetwork, checkProxy } from "./network.ts";

/** The ways to the nodes of a cluster, all at once; of several, each check names its node. Never rejects. */
export async function checkNodes(endpoint: Endpoint): Promise<Check[][]> {
  const { url: first, otherNodes = [] } = endpoint;
  return Promise.all(
    [first, ...otherNodes].map(async (url) => {
      const checks = await checkWay(url, endpoint);
      return otherNodes.length === 0
        ? checks
        : checks.map((check) => ({ ...check, name: `${check.name} ${url.host}` }));
    }),
  );
}

/** With a proxy in between, only that can be looked at; the call tells whether it lets calls through. */
async function checkWay(url: URL, { timeoutMs, proxy }: Endpoint): Promise<Check[]> {
  const through = proxyFor(url, proxy);
  return through === "" ? checkNetwork(url, timeoutMs) : [await checkProxy(new URL(through), timeoutMs)];
}
