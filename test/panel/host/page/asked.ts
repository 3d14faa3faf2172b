import type { McpUiTheme } from "@modelcontextprotocol/ext-apps/app-bridge";

/** What the address of the host's page asks for. */
export interface Asked {
  /** Empty: all channels. */
  readonly channel: string;
  readonly theme: McpUiTheme;
  readonly locale: string;
  /** Of the view, in px; undefined: as wide as there is room. */
  readonly width: number | undefined;
  /** Whether the host brings colours and fonts of its own. */
  readonly styled: boolean;
}

export function readAsked(search: string): Asked {
  const query = new URLSearchParams(search);
  const width = Number(query.get("width"));
  return {
    channel: query.get("channel") ?? "sandbox_0_stage",
    theme: query.get("theme") === "dark" ? "dark" : "light",
    locale: query.get("locale") || navigator.language,
    width: Number.isInteger(width) && width > 0 ? width : undefined,
    styled: query.get("styles") !== "none",
  };
}
