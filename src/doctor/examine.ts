import { version } from "../../package.json";
import { AuditLog } from "../mcp/audit-log.ts";
import { Gate } from "../mcp/gate.ts";
import { Limits } from "../mcp/limits.ts";
import { isChannelAllowed } from "../mcp/policy.ts";
import { redactor } from "../redaction.ts";
import type { Sandbox } from "../sandbox/index.ts";
import { type Config, problemText, remedy } from "../settings/config.ts";
import { endpointOf } from "../settings/endpoint.ts";
import { type Endpoint, SoraClient } from "../sora/client.ts";
import { checkApi } from "./api.ts";
import { type Check, reason, skipped } from "./network.ts";
import { checkNodes } from "./nodes.ts";
import { findRelease, type ReleaseFound, releaseCheck } from "./release.ts";
import { checkServing } from "./serving.ts";
import { type SettingInForce, settingsInForce } from "./settings-in-force.ts";

export interface Report {
  readonly ok: boolean;
  readonly versions: Readonly<Record<string, string>>;
  readonly settings: readonly SettingInForce[];
  readonly checks: readonly Check[];
  /** How the tools fit the Sora, where it tells its release. */
  readonly release?: ReleaseFound;
}

/**
 * Looks at settings, network, endpoint, key, audit log and, over HTTP, who may call. Sends reads only; never rejects for
 * what it finds. Like the first call that changes something, it creates the audit log if there is none.
 */
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
  const well = () => isWell(checks);
  const endpoint = endpointOf(config, sandbox?.url);
  const ways = well() ? await checkNodes(endpoint) : [];
  checks.push(...ways.flat());
  const { checks: answers, release } = ways.some(isWell)
    ? await checkSora(config, endpoint, channel)
    : { checks: [skipped("Sora API"), skipped("API key"), skipped("release")], release: undefined };
  checks.push(...answers);
  const isUnderstood = config.problems.length === 0;
  if (config.auditLog !== undefined) {
    checks.push(isUnderstood ? await checkAuditLog(config) : skipped("audit log"));
  }
  if (config.http) checks.push(...(isUnderstood ? await checkServing(config) : [skipped("callers")]));
  return {
    ok: well(),
    versions: { "sora-labo-mcp": version, ...versions },
    settings: settingsInForce(config),
    checks,
    ...(release && { release }),
  };
}

function isWell(checks: readonly Check[]): boolean {
  return checks.every(({ status }) => status === "ok" || status === "advice");
}

/** What Sora itself answers: whether it does, whether it takes the key, and which release it is. */
async function checkSora(
  config: Config,
  endpoint: Endpoint,
  channel: string | undefined,
): Promise<{ checks: Check[]; release: ReleaseFound | undefined }> {
  const client = new SoraClient(endpoint);
  // Nodes belong to no channel, and the channel that is asked for has been judged before.
  const gate = new Gate(
    client,
    { ...config, channels: undefined },
    new Limits(config),
    "read",
    new AbortController().signal,
  );
  const asked = channel ?? someAllowedChannel(config);
  const checks = await checkApi(gate, endpoint, asked, channel !== undefined);
  const answers = isWell(checks);
  const release = answers && !config.sandbox ? await findRelease(gate, config) : undefined;
  await client.close();
  return { checks: [...checks, answers ? releaseCheck(release, config) : skipped("release")], release };
}

/** A channel that may be named and, where a pattern leaves it open, is nobody's. */
function someAllowedChannel({ channels: [pattern = "*"] = [] }: Config): string {
  return pattern
    .replace("*", "sora-labo-mcp-doctor-asks-for-a-channel-that-does-not-exist")
    .replaceAll("*", "");
}

function checkSettings({ problems, remarks }: Config): Check {
  if (problems.length > 0) {
    return {
      name: "settings",
      status: "failed",
      detail: problems.map(problemText).join(" "),
      fix: `${remedy(problems)} as said above.`,
    };
  }
  const notes = remarks.map(({ variable, text }) => `; ${variable} ${text}`);
  return { name: "settings", status: "ok", detail: `understood${notes.join("")}` };
}

async function checkAuditLog({ auditLog, apiKey }: Config): Promise<Check> {
  if (auditLog === "-") return { name: "audit log", status: "ok", detail: "goes to stdout" };
  const refusal = await new AuditLog(auditLog, redactor(apiKey)).refusal();
  if (refusal === undefined) return { name: "audit log", status: "ok", detail: "can be written" };
  const { message, cause, details } = refusal;
  return {
    name: "audit log",
    status: "failed",
    detail: `${message} (${reason(cause)})`,
    ...(details.hint !== undefined && { fix: details.hint }),
  };
}
