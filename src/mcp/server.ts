import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CancelledNotificationSchema, ErrorCode } from "@modelcontextprotocol/sdk/types.js";
import { version } from "../../package.json";
import { promptNeeds } from "../moderation/prompt-needs.ts";
import { redactor } from "../redaction.ts";
import type { Edition } from "../releases.ts";
import type { Config } from "../settings/config.ts";
import type { SoraCalls } from "../sora/lazy-client.ts";
import { visibleText } from "../text.ts";
import { appCapabilities, panelName, type Said, showsApps } from "./apps.ts";
import type { Services } from "./call.ts";
import type { Caller } from "./caller.ts";
import { catalog } from "./catalog.ts";
import { isOffered, whenOffered } from "./edition.ts";
import { instructions } from "./instructions.ts";
import { listedTool } from "./listing.ts";
import { existingTools } from "./policy.ts";
import { rpcError } from "./rpc-error.ts";

type Calls = typeof import("./call.ts");

/** What a server needs beside its settings and its way to Sora. */
export interface ServerOptions extends Pick<Services, "audit" | "log" | "tickets" | "observer"> {
  /** By default one whom nobody else knows. */
  readonly caller?: Caller;
  /** The channels of the sandbox, when that is what `client` talks to. */
  readonly sandboxChannels?: readonly string[] | undefined;
  /** Told of every call when it starts. */
  readonly onCall?: (call: Promise<unknown>) => void;
}

/** An MCP server, not yet connected, for a client that says of itself by `initialize` who it is. */
export function createServer(config: Config, client: SoraCalls, options: ServerOptions): Server {
  return serverMaker(config, client, options)();
}

/**
 * Makes MCP servers, not yet connected, that answer `tools/list` and `tools/call` over the tool table
 * (https://modelcontextprotocol.io/specification/2025-06-18/server/tools), and tell of the prompts that go with the tools
 * that exist. All of them serve one caller, whose calls are counted together. `said`: what the client of this one has said
 * of itself before; without it, `initialize` must come first.
 */
export function serverMaker(
  config: Config,
  client: SoraCalls,
  options: ServerOptions,
): (said?: Said) => Server {
  const { sandboxChannels, caller = {} } = options;
  const existing = existingTools(catalog, config);
  const tools = existing.map((entry) => listedTool(entry, config));
  const kinds = new Map(existing.map(({ listed, kind }) => [listed.name, kind]));
  const exists = (tool: string) => kinds.has(tool);
  const hasPrompts = Object.values(promptNeeds).some(exists);
  const services = { ...options, config, client, caller, redact: redactor(config.apiKey) };
  const info = {
    name: "sora-labo-mcp",
    title: sandboxChannels ? "Sora Labo MCP (sandbox)" : "Sora Labo MCP",
    version,
  };
  const told = {
    capabilities: { tools: {}, ...(hasPrompts && { prompts: {} }) },
    instructions: services.redact(instructions(existing, config, sandboxChannels)),
  };
  let callTool: ReturnType<Calls["toolCalls"]> | undefined;
  let callPanel: ReturnType<Calls["panelCalls"]> | undefined;

  const filesGone = (what: string) => (error: unknown) => {
    options.log(
      "error",
      `${what} cannot be loaded: ${error instanceof Error ? error.message : "unknown failure"}`,
    );
    const message = "Files of this server are gone, as after an update. Restart it. Nothing was sent.";
    throw rpcError(ErrorCode.InternalError, message);
  };

  /** What is loaded when it is first asked for counts as under way, so that the answer still comes when the client ends. */
  const loaded = <Module>(what: string, module: Promise<Module>): Promise<Module> => {
    const loading = module.catch(filesGone(what));
    options.onCall?.(loading);
    return loading;
  };
  const loadPanel = () => loaded("the panel", import("./panel.ts"));

  return (said) => {
    const server = new TasklessServer(info, told);
    const hasPanel = () =>
      exists("sora_overview") && (said?.showsApps ?? showsApps(server.getClientCapabilities()));
    const getCapabilities = () => ({ ...told.capabilities, ...(hasPanel() && appCapabilities) });
    // The SDK has no settings for these. It would begin with the id 0, which clients built on it take for none: they left
    // such a question on the screen. And what a server can do would not depend on the client. When this does not do it any
    // more, test/e2e/confirmation.test.ts and test/mcp/panel-listing.test.ts tell.
    Object.assign(server, { _requestMessageId: 1, getCapabilities });

    // The SDK's own takes the ids 0 and "" for none. test/e2e/cancellation.test.ts tells when this does not do it any more.
    server.setNotificationHandler(CancelledNotificationSchema, ({ params: { requestId, reason } }) => {
      const underWay: unknown = Reflect.get(server, "_requestHandlerAbortControllers");
      if (underWay instanceof Map) underWay.get(requestId)?.abort(reason);
    });

    // Not setRequestHandler: the SDK's own checks of tools/call and prompts/get lose an argument called `__proto__` and fail
    // on one called `constructor`, and of a cursor they say pages. Tools and prompts check their arguments, and name every
    // one that is wrong.
    server.fallbackRequestHandler = async ({ method, params = {} }, extra) => {
      if (method === "tools/list") {
        // Behind the answer, so that neither start-up nor the first call waits for what calls need.
        setImmediate(() => void prepareCalls(client));
        return { tools: hasPanel() ? (await loadPanel()).withPanel(tools) : tools };
      }
      if (hasPanel() && method.startsWith("resources/"))
        return (await loadPanel()).panelResource(method, params);
      if (hasPrompts && (method === "prompts/list" || method === "prompts/get")) {
        const { listPrompts, getPrompt } = await loaded("prompts", import("./prompts.ts"));
        const settings = { exists, redact: services.redact };
        return method === "prompts/list" ? listPrompts(settings) : getPrompt(params, settings);
      }
      if (method !== "tools/call") throw rpcError(ErrorCode.MethodNotFound, "Method not found");
      const { name, arguments: given } = params;
      if (typeof name !== "string")
        throw rpcError(ErrorCode.InvalidParams, "name must be the name of a tool");
      const isPanel = hasPanel() && name === panelName;
      const kind = isPanel ? "read" : kinds.get(name);
      if (kind === undefined) throw unknownTool(services.redact(name), config.release);
      const clientInfo = server.getClientVersion() ?? said?.client ?? null;
      if (clientInfo === null && said === undefined && kind !== "read") {
        throw rpcError(ErrorCode.InvalidRequest, "Send initialize first. Nothing was sent to Sora.");
      }
      const call = loadCalls(client).then(({ toolCalls, panelCalls, during }) => {
        callTool ??= toolCalls(services);
        callPanel ??= panelCalls(kinds, config, callTool);
        const made = isPanel ? callPanel : callTool.bind(undefined, name);
        return during(server, extra, config.timeoutMs, (known) => made(given, { ...known, clientInfo }));
      }, filesGone("calls"));
      options.onCall?.(call);
      return call;
    };
    return server;
  };
}

/** The SDK's would refuse a request that asks for a task. Where there are none, that is to be carried out as any other. */
class TasklessServer extends Server {
  protected override assertTaskHandlerCapability(): void {}
}

function unknownTool(name: string, edition: Edition): Error {
  const shown = JSON.stringify(visibleText(name.slice(0, 64)));
  const elsewhere = catalog.find(({ listed }) => listed.name === name);
  const why = !elsewhere
    ? ""
    : isOffered(elsewhere, edition)
      ? ". The operator's settings leave it out."
      : `. It ${whenOffered(elsewhere)}; SORA_RELEASE is ${edition}.`;
  return rpcError(ErrorCode.InvalidParams, `Unknown tool: ${shown}${why}`);
}

/** Loads what calls need and the list of tools does not. Never rejects: the first call tells what is wrong. */
export async function prepareCalls(client: SoraCalls): Promise<void> {
  await loadCalls(client).catch(() => undefined);
}

/** The tools' schemas, the HTTP library and all that carries out a call: not needed to list the tools. */
async function loadCalls(client: SoraCalls): Promise<Calls> {
  const [calls] = await Promise.all([import("./call.ts"), client.warm()]);
  return calls;
}
