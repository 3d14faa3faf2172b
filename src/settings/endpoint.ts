import { version } from "../../package.json";
import type { Endpoint } from "../sora/client.ts";
import type { Config } from "./config.ts";

/** The Sora that is to be called under these settings: the sandbox, if there is one, gets neither the key nor a proxy. */
export function endpointOf(config: Config, sandboxUrl: URL | undefined): Endpoint {
  const { timeoutMs } = config;
  const userAgent = `sora-labo-mcp/${version}`;
  if (sandboxUrl) return { url: sandboxUrl, timeoutMs, userAgent, proxy: { http: "", https: "", no: "" } };
  const { apiUrl: url, apiKey, releaseChannel, proxy } = config;
  return { url, apiKey, releaseChannel, timeoutMs, userAgent, proxy };
}
