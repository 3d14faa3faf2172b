import type { Entry } from "../callers/entry.ts";
import { fetchKeys, IssuerFault } from "../callers/issuer-keys.ts";
import { KnownCallers } from "../callers/known-callers.ts";
import { narrowed } from "../callers/narrowing.ts";
import { isObject } from "../json.ts";
import type { Config } from "../settings/config.ts";
import { settings } from "../settings/settings.ts";
import type { Check } from "./network.ts";

/** What only serving over HTTP needs: who may call, what confirms, and whose access tokens count. Never rejects. */
export async function checkServing(config: Config): Promise<Check[]> {
  const { check, entries } = checkCallers(config);
  return [
    check,
    ...(check.status === "failed" ? [] : [checkConfirmation(config, entries)]),
    ...(config.oauthIssuer === undefined ? [] : [await checkIssuer(config.oauthIssuer, config.timeoutMs)]),
  ];
}

function checkCallers({ callers: path, oauthIssuer }: Config): { check: Check; entries: readonly Entry[] } {
  const name = "callers";
  const { variable } = settings.callers;
  if (path === undefined) {
    return {
      check: { name, status: "ok", detail: "anyone on this machine: this is the sandbox" },
      entries: [],
    };
  }
  const callers = new KnownCallers(path, { told: () => {} });
  callers.close();
  const { fault, entries } = callers;
  if (fault !== undefined) {
    const fix = `Correct the file that ${variable} names: {"callers": [ENTRY, ...]}; sora-labo-mcp token NAME makes an entry.`;
    return { check: { name, status: "failed", detail: `not understood: ${fault}`, fix }, entries };
  }
  const byClaims = entries.filter(({ claims }) => claims).length;
  const detail = `understood: ${entries.length}${byClaims > 0 ? `, of these ${byClaims} by claims` : ""}`;
  const advice = callersAdvice(entries.length, byClaims, oauthIssuer);
  if (advice === undefined) return { check: { name, status: "ok", detail }, entries };
  return { check: { name, status: "advice", detail: `${detail}; ${advice}` }, entries };
}

function callersAdvice(count: number, byClaims: number, issuer: string | undefined): string | undefined {
  if (count === 0) return "nobody is let in; sora-labo-mcp token NAME makes an entry";
  if (byClaims > 0 && issuer === undefined) return `claims count only with ${settings.oauthIssuer.variable}`;
  if (byClaims === 0 && issuer !== undefined) return "no access token fits a caller without claims";
  return undefined;
}

/** Whether what confirms works over HTTP, and on every replica: whether there are several is not known here. */
function checkConfirmation(config: Config, entries: readonly Entry[]): Check {
  const name = "confirmation";
  const those = entries.length > 0 ? entries.map(({ rights }) => narrowed(config, rights)) : [config];
  const modes = new Set(those.map(({ confirm }) => confirm));
  const { variable } = settings.ticketKey;
  const advice = [
    ...(modes.has("ask") || modes.has("ask,panel")
      ? ["over HTTP nobody can be asked: preview works there"]
      : []),
    ...((modes.has("preview") || modes.has("ask,panel")) && config.ticketKey === undefined
      ? [`a ticket holds on the replica that made it; with several, set ${variable} to the same in each`]
      : []),
  ];
  if (advice.length > 0) return { name, status: "advice", detail: advice.join("; ") };
  const seal = modes.has("preview") ? `; tickets are sealed with ${variable}` : "";
  return { name, status: "ok", detail: `${[...modes].join(", ")}${seal}` };
}

async function checkIssuer(issuer: string, patienceMs: number): Promise<Check> {
  const name = "issuer";
  const startedAt = performance.now();
  const found = await fetchKeys(issuer, patienceMs).catch((error: unknown) => {
    if (error instanceof IssuerFault) return error;
    throw error;
  });
  const ms = performance.now() - startedAt;
  const fix = `Check ${settings.oauthIssuer.variable}, exactly as it stands in the tokens, and this machine's way there.`;
  if (found instanceof IssuerFault) return { name, status: "failed", detail: found.message, ms, fix };
  const keys = isObject(found.keySet) && Array.isArray(found.keySet.keys) ? found.keySet.keys.length : 0;
  if (keys === 0) return { name, status: "failed", detail: "it has no keys", ms, fix };
  return { name, status: "ok", detail: `metadata and keys fetched: ${keys}`, ms };
}
