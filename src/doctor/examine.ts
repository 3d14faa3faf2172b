import { version } from "../../package.json";
import { type Config, problemText, remedy, type SettingName, type Source, settings } from "../config.ts";
import { endpointOf } from "../endpoint.ts";
import { isChannelAllowed } from "../mcp/policy.ts";
import type { Sandbox } from "../sandbox/index.ts";
import { type Endpoint, SoraClient } from "../sora/client.ts";
import { ToolError } from "../sora/errors.ts";
import { type Check, checkNetwork } from "./network.ts";

export interface Report {
  readonly ok: boolean;
  readonly versions: Readonly<Record<string, string>>;
  readonly settings: readonly { variable: string; value: string; source: Source }[];
  readonly checks: readonly Check[];
}

/** Names no channel of anyone's: the doctor asks for it when it is told of none. */
const impossibleChannel = "sora-labo-mcp-doctor-asks-for-a-channel-that-does-not-exist";
const list = "Sora_20201013.ListChannelConnections";

/** Looks at settings, network, endpoint and key. Sends reads only; never rejects for what it finds. */
export async function examine(
  config: Config,
  sandbox: Sandbox | undefined,
  channel: string | undefined,
  versions: Readonly<Record<string, string>>,
): Promise<Report> {
  const checks = [checkSettings(config)];
  if (channel !== undefined && !isChannelAllowed(config, channel)) {
    const fix = "Name a channel that SORA_CHANNELS allows, or none.";
    checks.push({ name: "channel", status: "failed", detail: "SORA_CHANNELS does not allow it", fix });
  }
  const well = () => checks.every(({ status }) => status === "ok");
  const endpoint = endpointOf(config, sandbox);
  if (well() && !isProxied(endpoint)) checks.push(...(await checkNetwork(endpoint.url, endpoint.timeoutMs)));
  checks.push(...(well() ? await checkApi(endpoint, channel) : [skipped("Sora API"), skipped("API key")]));
  return {
    ok: well(),
    versions: { "sora-labo-mcp": version, ...versions },
    settings: settingsInForce(config),
    checks,
  };
}

function checkSettings({ problems, unexpanded }: Config): Check {
  if (problems.length > 0) {
    return {
      name: "settings",
      status: "failed",
      detail: problems.map(problemText).join(" "),
      fix: `${remedy(problems)} as said above.`,
    };
  }
  const note =
    unexpanded.length > 0 ? `; ${unexpanded.join(", ")} hold an unexpanded \${...} and count as unset` : "";
  return { name: "settings", status: "ok", detail: `understood${note}` };
}

/** With a proxy in between, the host itself cannot be reached; the call tells whether the proxy lets it through. */
function isProxied({ proxy }: Endpoint): boolean {
  return proxy.https !== "" || proxy.http !== "";
}

function skipped(name: string): Check {
  return { name, status: "skipped", detail: "an earlier check failed" };
}

/** One read tells two things: whether a Sora API answers there, and whether it takes the key. */
async function checkApi(endpoint: Endpoint, channel: string | undefined): Promise<Check[]> {
  const hasKey = endpoint.apiKey !== undefined;
  const client = new SoraClient(endpoint);
  const startedAt = performance.now();
  const outcome = await client
    .call(
      list,
      { channel_id: channel ?? impossibleChannel },
      { signal: new AbortController().signal, retryable: true },
    )
    .then(
      (response) => ({ response }),
      (error: unknown) => ({ error }),
    );
  const ms = performance.now() - startedAt;
  await client.close();
  const api = (detail: string): Check => ({ name: "Sora API", status: "ok", detail, ms });
  const key = (status: Check["status"], detail: string, fix?: string): Check => ({
    name: "API key",
    status,
    detail,
    ...(fix !== undefined && { fix }),
  });
  const accepted = hasKey ? key("ok", "accepted") : key("ok", "none set, none asked for");

  if ("response" in outcome) {
    const count = Array.isArray(outcome.response) ? outcome.response.length : undefined;
    if (count === undefined) {
      const fix = "Check SORA_API_URL: what answers there is not the Sora API.";
      return [{ ...api("answers, but not with a list of connections"), status: "failed", fix }];
    }
    return [
      api(channel === undefined ? "answers" : `answers: ${count} connections in the channel`),
      accepted,
    ];
  }
  const { error } = outcome;
  if (!(error instanceof ToolError)) throw error;
  const { code, message, details } = error;
  switch (code) {
    case "unauthorized":
      return [api("answers"), key("failed", message, details.hint)];
    case "forbidden":
      return channel === undefined
        ? [
            api("answers"),
            key("ok", "accepted, but not for the test channel: name one of yours with --channel"),
          ]
        : [api("answers"), key("failed", message, details.hint)];
    case "sora_error":
      if (details.status === 400 && details.error_type !== undefined) {
        return [api(`answers (${details.error_type})`), accepted];
      }
      break;
    default:
  }
  const fix = details.hint ?? "Look at the message.";
  return [{ ...api(message), status: "failed", fix }, skipped("API key")];
}

function settingsInForce(config: Config): Report["settings"] {
  const names = Object.keys(settings).filter((name): name is SettingName => name in settings);
  return names.map((name) => ({
    variable: settings[name].variable,
    value: shown(name, config),
    source: config.source(name),
  }));
}

/** Of a key only whether there is one. */
function shown(name: SettingName, config: Config): string {
  switch (name) {
    case "apiKey":
      return config.apiKey === undefined ? "not set" : "set";
    case "apiKeyFile":
      return config.source(name) === "default" ? "-" : "set";
    case "apiUrl":
      return config.apiUrl.href;
    case "toolsets":
      return config.toolsets.join(",");
    case "channels":
      return config.channels?.join(",") ?? "any";
    default:
      return String(config[name] ?? "-");
  }
}
