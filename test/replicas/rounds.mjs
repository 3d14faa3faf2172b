// A client of an MCP SDK, in a process of its own: `node rounds.mjs v1|v2 URL TOKEN ROUNDS`. In each round it lists the
// tools, reads who is in a channel, looks at what a disconnect would hit, and disconnects with the ticket that it was given.
// Prints, as JSON, the rounds that went otherwise.

const [sdk, url, token, rounds] = process.argv.slice(2);
const info = { name: `rounds-${sdk}`, version: "1" };

async function connected() {
  const options = { requestInit: { headers: { Authorization: `Bearer ${token}` } } };
  if (sdk === "v2") {
    const { Client, StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
    const client = new Client(info, { versionNegotiation: { mode: "auto" } });
    await client.connect(new StreamableHTTPClientTransport(new URL(url), options));
    return client;
  }
  const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
  const { StreamableHTTPClientTransport } = await import(
    "@modelcontextprotocol/sdk/client/streamableHttp.js"
  );
  const client = new Client(info);
  await client.connect(new StreamableHTTPClientTransport(new URL(url), options));
  return client;
}

const client = await connected();

async function call(name, args) {
  const { structuredContent, isError, content } = await client.callTool({ name, arguments: args });
  if (isError || !structuredContent) throw new Error(JSON.stringify(content));
  return structuredContent;
}

async function round(number) {
  const channel_id = `${sdk}-${number}`;
  // One request more, so that previews take turns too.
  for (let lists = number % 2; lists >= 0; lists -= 1) {
    const { tools } = await client.listTools();
    if (tools.length < 10) throw new Error(`${tools.length} tools`);
  }
  const { connections } = await call("sora_list_channel_connections", { channel_id });
  const hit = { channel_id, connection_id: connections[0].connection_id };
  const { status, ticket } = await call("sora_disconnect_connection", hit);
  if (status !== "confirmation_required") throw new Error(`previewed: ${status}`);
  const done = await call("sora_disconnect_connection", { ...hit, ticket });
  if (done.status !== "done") throw new Error(`acted: ${JSON.stringify(done)}`);
}

const failures = [];
for (let number = 0; number < Number(rounds); number++) {
  await round(number).catch((error) => failures.push(`${number}: ${error.message}`));
}
await client.close();
process.stdout.write(JSON.stringify(failures));
