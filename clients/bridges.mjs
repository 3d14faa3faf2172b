// Programs that serve a server of stdio over HTTP; a client of the SDK then asks them.
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { installed, printedLine, start } from "./program.mjs";

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

async function throughHttp(port, bridge) {
  const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
  const { StreamableHTTPClientTransport } = await import(
    "@modelcontextprotocol/sdk/client/streamableHttp.js"
  );
  const client = new Client({ name: "clients-of-sora-labo-mcp", version: "0" });
  await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`)));
  return {
    list: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args) => (await client.callTool({ name, arguments: args })).content[0].text,
    close: async () => {
      await client.close();
      await bridge.end();
    },
  };
}

/** By the line that `sora-labo-mcp setup http` prints, on another port, and with the bridge that is installed here. */
async function mcpProxy(server) {
  const manifest = new URL("node_modules/mcp-proxy/package.json", import.meta.url);
  const [major] = JSON.parse(readFileSync(manifest, "utf8")).version.split(".");
  const line = await printedLine(server, "http", / mcp-proxy@/);
  const [fetched, shownPort] = [`npx -y mcp-proxy@${major} `, " --port 8000 "];
  if (!line?.includes(fetched) || !line.includes(shownPort))
    throw new Error(`not the line of mcp-proxy ${major}: ${line}`);
  const port = await freePort();
  const here = line.replace(fetched, "exec mcp-proxy ").replace(shownPort, ` --port ${port} `);
  return throughHttp(port, await start("/bin/sh", ["-c", here], /starting server on port/));
}

async function supergateway({ command, args }) {
  const port = await freePort();
  const line = [command, ...args].map((word) => `"${word}"`).join(" ");
  const words = ["--stdio", line, "--stateful", "--outputTransport", "streamableHttp", "--port", port];
  return throughHttp(port, await start(installed("supergateway"), words, /Listening on port/));
}

export const bridges = {
  "mcp-proxy": { package: "mcp-proxy", connect: mcpProxy },
  supergateway: { package: "supergateway", connect: supergateway },
};
