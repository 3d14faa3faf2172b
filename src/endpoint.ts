import { version } from "../package.json";
import type { Config } from "./config.ts";
import type { Sandbox } from "./sandbox/index.ts";
import type { Endpoint } from "./sora/client.ts";

/** The Sora that is to be called under these settings. The sandbox gets neither the key nor a proxy. */
export function endpointOf(config: Config, sandbox: Sandbox | undefined): Endpoint {
  const { timeoutMs } = config;
  const userAgent = `sora-labo-mcp/${version}`;
  if (sandbox) return { url: sandbox.url, timeoutMs, userAgent, proxy: { http: "", https: "", no: "" } };
  const { apiUrl: url, apiKey, releaseChannel, proxy } = config;
  return { url, apiKey, releaseChannel, timeoutMs, userAgent, proxy };
}
