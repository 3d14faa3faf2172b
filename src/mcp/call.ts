import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { Log } from "../log.ts";
import type { Config } from "../settings/config.ts";
import type { CallOptions } from "../sora/client.ts";
import { ToolError } from "../sora/errors.ts";
import type { Sora } from "../sora/lazy-client.ts";
import { allTools } from "../tools/index.ts";
import type { Tool, ToolArguments } from "../tools/tool.ts";
import { readArguments } from "./arguments.ts";
import { auditLine } from "./audit-line.ts";
import type { AuditLine, AuditLog } from "./audit-log.ts";
import { askPerson, confirmationRequired, type LookUp } from "./confirm.ts";
import type { Person } from "./person.ts";
import { assertChannelAllowed, assertConfigured } from "./policy.ts";
import { toErrorResult, toResult } from "./result.ts";

/** What every call of one server shares. */
export interface Services {
  readonly config: Config;
  readonly client: Sora;
  readonly audit: AuditLog;
  readonly log: Log;
  /** Takes the API key out of a text. */
  readonly redact: (text: string) => string;
}

/** What belongs to one call. */
export interface Caller {
  readonly signal: AbortSignal;
  readonly person: Person;
  readonly clientInfo: AuditLine["client"];
}

type ConfirmedBy = AuditLine["confirmed_by"];

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
  const refusal = tool.kind === "read" ? undefined : await audit.refusal();
  if (refusal) {
    log("error", `${tool.name}: ${refusal.message}`);
    return toErrorResult(refusal, redact);
  }

  const { confirmedBy, result } = await attempt(tool, given, caller, services);
  const outcome = outcomeOf(result);
  const status = result instanceof ToolError ? result.details.status : undefined;
  const duration_ms = Math.round(performance.now() - startedAt);
  log("debug", `${tool.name}: ${outcome} in ${duration_ms} ms`);

  const ending = { confirmed_by: confirmedBy, outcome, ...(status !== undefined && { status }), duration_ms };
  const loss =
    tool.kind === "read" ? undefined : await audit.append(auditLine(tool, given, caller.clientInfo, ending));
  if (loss) log("error", `${tool.name}: ${loss.message}`);
  const answer = loss ?? result;
  return answer instanceof ToolError ? toErrorResult(answer, redact) : answer;
}

/** validate -> policy -> confirm -> Sora -> result, with the one error boundary around it. */
async function attempt(
  tool: Tool,
  given: unknown,
  caller: Caller,
  services: Services,
): Promise<{ confirmedBy: ConfirmedBy; result: CallToolResult | ToolError }> {
  const { config, client, log } = services;
  const { signal, person } = caller;
  let confirmedBy: ConfirmedBy = null;
  try {
    assertConfigured(config);
    const { args, body } = readArguments(tool, given);
    assertChannelAllowed(config, args.channel_id);
    const send = (before?: CallOptions["before"]) =>
      client.call(tool.target, body, { signal, retryable: tool.kind === "read", before });
    let response: unknown;
    if (tool.kind === "destructive") {
      const { target, body: previewBody, hit, affected } = tool.preview;
      const part = (json: unknown) => hit(json, args);
      const lookUp: LookUp = async (inPlaceOf) => {
        // In the queue of the call that it is for: a disconnect never waits behind a queue of reads.
        const queue = inPlaceOf ? "none" : "others";
        const options = { signal: inPlaceOf ?? signal, retryable: true, queue, part } as const;
        return affected(await client.call(target, previewBody(args), options), args);
      };
      if (config.confirm === "ask") {
        response = await askPerson(tool, args, person, lookUp, (before) =>
          send(async (signal) => {
            confirmedBy = null;
            await before(signal);
            confirmedBy = "user";
          }),
        );
      } else if (args.confirm) {
        confirmedBy = "flag";
        response = await send();
      } else {
        return { confirmedBy, result: toResult(await confirmationRequired(lookUp), false) };
      }
    } else {
      response = await send();
    }
    const content = contentOf(tool, args, response, confirmedBy);
    return { confirmedBy, result: toResult(content, tool.kind !== "read") };
  } catch (error) {
    if (error instanceof ToolError) return { confirmedBy, result: error };
    log("error", `${tool.name}: ${error instanceof Error ? error.message : "unknown failure"}`);
    return { confirmedBy, result: new ToolError("bad_response", "The answer could not be handled.") };
  }
}

function contentOf(
  tool: Tool,
  args: ToolArguments,
  response: unknown,
  confirmedBy: ConfirmedBy,
): Record<string, unknown> {
  switch (tool.kind) {
    case "read":
      return tool.shape(response, args);
    case "write":
      return { status: "done", response };
    case "destructive":
      return { status: "done", response, confirmed_by: confirmedBy };
  }
}

function outcomeOf(result: CallToolResult | ToolError): string {
  return result instanceof ToolError ? result.code : String(result.structuredContent?.status ?? "done");
}
