import {
  AppBridge,
  type McpUiHostContext,
  type McpUiTheme,
  PostMessageTransport,
} from "@modelcontextprotocol/ext-apps/app-bridge";
import type { TransportSendOptions } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  type CallToolResult,
  type Implementation,
  type JSONRPCMessage,
  ToolSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { answerSchema, type Call } from "../exchange.ts";
import { readAsked } from "./asked.ts";
import { styles } from "./styles.ts";

/** A message between host and view, as it was sent. */
export interface Exchanged {
  readonly from: "host" | "view";
  readonly message: unknown;
}

/** What tests can do with the host, and see of it. */
export interface PanelHost {
  /** Whether the view has been sent the result of the tool, or that there is none. */
  isShown(): boolean;
  readonly messages: readonly Exchanged[];
  view(): Implementation | undefined;
  setTheme(theme: McpUiTheme): void;
  setLocale(locale: string): void;
  /** In px; undefined: as wide as there is room. */
  setWidth(width: number | undefined): void;
  /** Tells the view that it will be taken away; it stays where it is until `remove`. */
  teardown(): Promise<Record<string, unknown>>;
  remove(): void;
}

declare global {
  interface Window {
    host: PanelHost;
  }
}

/** A view that always grows would grow without end. */
const maxHeight = 6000;

function element<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no ${id}.`);
  return found;
}

const asked = readAsked(location.search);
const tool = ToolSchema.parse(JSON.parse(element("tool", HTMLScriptElement).textContent));
const frame = element("view", HTMLIFrameElement);
const [bar, theme] = [element("bar", HTMLFormElement), element("theme", HTMLSelectElement)];
const [locale, channel] = [element("locale", HTMLInputElement), element("channel", HTMLInputElement)];
const messages: Exchanged[] = [];
let isShown = false;

async function call(asks: Call, signal?: AbortSignal): Promise<CallToolResult> {
  const response = await fetch("/call", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(asks),
    signal: signal ?? null,
  });
  if (!response.ok) throw new Error(`The host was refused: ${response.status}`);
  const answer = answerSchema.parse(await response.json());
  if ("result" in answer) return answer.result;
  const { message, ...rest } = answer.error;
  throw Object.assign(new Error(message), rest);
}

class RecordedTransport extends PostMessageTransport {
  override async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    messages.push({ from: "host", message });
    await super.send(message, options);
  }
}

function widen(width: number | undefined): void {
  frame.style.width = width === undefined ? "" : `${width}px`;
  frame.style.maxWidth = width === undefined ? "" : "none";
}

function dimensions(): NonNullable<McpUiHostContext["containerDimensions"]> {
  return { width: frame.clientWidth, maxHeight };
}

function paint(chosen: McpUiTheme): void {
  theme.value = chosen;
  document.documentElement.dataset.theme = chosen;
}

widen(asked.width);
paint(asked.theme);
locale.value = asked.locale;
channel.value = asked.channel;

let context: McpUiHostContext = {
  toolInfo: { tool },
  theme: asked.theme,
  ...(asked.styled ? { styles: { variables: styles } } : {}),
  displayMode: "inline",
  availableDisplayModes: ["inline"],
  containerDimensions: dimensions(),
  locale: asked.locale,
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  userAgent: "panel-host",
  platform: "web",
  deviceCapabilities: { touch: false, hover: true },
};
const bridge = new AppBridge(
  null,
  { name: "panel-host", version: "1.0.0" },
  { serverTools: {}, logging: {} },
  { hostContext: context },
);

function tell(changed: McpUiHostContext): void {
  context = { ...context, ...changed };
  bridge.setHostContext(context);
}

bridge.oncalltool = ({ name, arguments: args = {} }, { signal }) =>
  call({ by: "view", name, arguments: args }, signal);

bridge.onsizechange = ({ height }) => {
  if (height !== undefined) frame.style.height = `${Math.min(height, maxHeight)}px`;
};

bridge.oninitialized = async () => {
  const args = asked.channel === "" ? {} : { channel_id: asked.channel };
  await bridge.sendToolInput({ arguments: args });
  try {
    await bridge.sendToolResult(await call({ by: "host", name: tool.name, arguments: args }));
  } catch (error) {
    await bridge.sendToolCancelled({ reason: error instanceof Error ? error.message : String(error) });
  }
  isShown = true;
};

window.host = {
  isShown: () => isShown,
  messages,
  view: () => bridge.getAppVersion(),
  setTheme(chosen) {
    paint(chosen);
    tell({ theme: chosen });
  },
  setLocale(chosen) {
    locale.value = chosen;
    tell({ locale: chosen });
  },
  setWidth(width) {
    widen(width);
    tell({ containerDimensions: dimensions() });
  },
  teardown: () => bridge.teardownResource({}, { timeout: 5000 }),
  remove: () => frame.remove(),
};

theme.addEventListener("change", () => window.host.setTheme(theme.value === "dark" ? "dark" : "light"));
locale.addEventListener("change", () => {
  if (locale.reportValidity()) window.host.setLocale(locale.value);
});
window.addEventListener("resize", () => tell({ containerDimensions: dimensions() }));
bar.addEventListener("submit", async (event) => {
  event.preventDefault();
  await window.host.teardown().catch(() => undefined);
  bar.submit();
});

// The view starts to talk as soon as it is loaded: whoever listens to it must be there before.
const inside = frame.contentWindow;
if (!inside) throw new Error("The view has no window.");
window.addEventListener("message", ({ source, data }) => {
  if (source === inside) messages.push({ from: "view", message: data });
});
await bridge.connect(new RecordedTransport(inside, inside));
frame.src = "/view";
