import { version } from "../../package.json";
import type { Endpoint } from "../sora/client.ts";
import type { Config } from "./config.ts";

/** The Sora that is to be called under these settings: the sandbox, if there is one, gets neither the key nor a proxy. */
export function endpointOf(config: Config, sandboxUrl: URL | undefined): Endpoint {
  const { timeoutMs, http } = config;
  const always = { timeoutMs, userAgent: `sora-labo-mcp/${version}`, isShared: http !== undefined };
  if (sandboxUrl) return { ...always, url: sandboxUrl, proxy: { http: "", https: "", no: "" } };
  const { apiUrl: url, otherNodes, apiKey, releaseChannel, proxy } = config;
  return { ...always, url, otherNodes, apiKey, releaseChannel, proxy };
}
