import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { ToolError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Config } from "../settings/config.ts";
import { SoraFailure } from "../sora/errors.ts";
import type { SoraCalls } from "../sora/lazy-client.ts";
import { allTools } from "../tools/index.ts";
import type { Tool } from "../tools/tool.ts";
import { auditLine } from "./audit-line.ts";
import type { AuditLine, AuditLog } from "./audit-log.ts";
import { askPerson, confirmationRequired } from "./confirmation.ts";
import { Gate } from "./gate.ts";
import type { Person } from "./person.ts";
import { assertChannelsAllowed, assertConfigured } from "./policy.ts";
import { question } from "./question.ts";
import { toErrorResult, toResult } from "./result.ts";
import type { Showing } from "./shown-twice.ts";

export interface Services {
  readonly config: Config;
  readonly client: SoraCalls;
  readonly audit: AuditLog;
  readonly log: Log;
  readonly redact: (text: string) => string;
}

export interface Caller {
  readonly signal: AbortSignal;
  readonly person: Person;
  readonly clientInfo: AuditLine["client"];
}

const toolsByName = new Map(allTools.map((tool) => [tool.name, tool]));

/** One call of a listed tool, from its arguments to its MCP result. */
export async function callTool(
  name: string,
  given: unknown,
  caller: Caller,
  services: Services,
): Promise<CallToolResult> {
  const { audit, log, redact } = services;
  const tool = toolsByName.get(name);
  if (!tool) throw new Error(`${name} is listed but has no table entry`);
  const startedAt = performance.now();
  const { client, config } = services;
  const gate = new Gate(client, config, tool.kind, caller.signal);
  const isOver = () => performance.now() > gate.lastSentAt + config.timeoutMs;
  const showing = { redact, isOver };
  const refusal = tool.kind === "read" ? undefined : await audit.refusal();
  if (refusal) {
    log("error", `${tool.name}: ${refusal.message}`);
    return toErrorResult(refusal, showing);
  }

  const { confirmedBy, result } = await attempt(tool, given, caller, services, gate, showing);
  const outcome = outcomeOf(result);
  const status = result instanceof ToolError ? result.details.status : undefined;
  const duration_ms = Math.round(performance.now() - startedAt);
  log("debug", `${tool.name}: ${outcome} in ${duration_ms} ms`);

  const call = { tool, given, written: gate.written, client: caller.clientInfo, confirmed_by: confirmedBy };
  const ending = { outcome, ...(status !== undefined && { status }), duration_ms };
  const loss =
    tool.kind === "read" ? undefined : await audit.append(auditLine({ ...call, ...ending }, redact));
  if (loss) log("error", `${tool.name}: ${loss.message}`);
  const answer = loss ?? result;
  return answer instanceof ToolError ? toErrorResult(answer, showing) : answer;
}

interface Attempt {
  readonly confirmedBy: AuditLine["confirmed_by"];
  readonly result: CallToolResult | ToolError;
}

/** validate -> policy -> confirm -> Sora -> result, with the one error boundary around it. */
async function attempt(
  tool: Tool,
  given: unknown,
  { person }: Caller,
  { config, log, redact }: Services,
  gate: Gate,
  showing: Showing,
): Promise<Attempt> {
  let confirmedBy: Attempt["confirmedBy"] = null;
  try {
    assertConfigured(config);
    const call = tool.prepare(given, redact);
    assertChannelsAllowed(config, tool.scope ?? "channel", tool.channels(given));
    const { affects } = call;
    if (affects) {
      const look = () => affects(gate);
      if (config.confirm === "ask") {
        await askPerson(person, (lines) => question(tool, [...call.names, ...lines], redact), look);
        confirmedBy = "user";
      } else if (call.isConfirmed) {
        confirmedBy = "flag";
      } else {
        const preview = await confirmationRequired(look);
        const tooLarge = () =>
          toResult({ ...preview, would_affect: { too_large_to_show: true } }, showing, false);
        return { confirmedBy, result: await toResult(preview, showing, false).catch(tooLarge) };
      }
    }
    gate.open(confirmedBy);
    const content = { ...(await call.run(gate)), ...(confirmedBy && { confirmed_by: confirmedBy }) };
    return { confirmedBy, result: await toResult(content, showing, gate.written.length > 0) };
  } catch (error) {
    if (error instanceof ToolError) return { confirmedBy, result: error };
    log("error", `${tool.name}: ${error instanceof Error ? error.message : "unknown failure"}`);
    return { confirmedBy, result: new SoraFailure("bad_response", "The answer could not be handled.") };
  }
}

function outcomeOf(result: CallToolResult | ToolError): string {
  return result instanceof ToolError ? result.code : String(result.structuredContent?.status ?? "done");
}
