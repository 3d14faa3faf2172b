import page from "./page/index.html";

/** https://github.com/modelcontextprotocol/ext-apps/blob/main/specification/2026-01-26/apps.mdx */
export const panelUri = "ui://sora/channel";
const panelType = "text/html;profile=mcp-app";

/** The page, whole: it asks for nothing from outside. */
export const panelPage = {
  uri: panelUri,
  mimeType: panelType,
  text: page,
  _meta: { ui: { prefersBorder: true } },
};
