import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { loadSource, loadSourceBesidePackages } from "./load-source.mjs";

// Shows the page of the server in an ordinary browser: `npm run panel`, `npm run panel -- --port 8080`. It is always the
// sandbox that is shown: the buttons work.

let isEnding = false;
try {
  await show();
} catch (error) {
  // What is started fails too when Ctrl-C ends it.
  if (!isEnding) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

async function show() {
  const { values } = parseArgs({ options: { port: { type: "string", default: "0" } } });
  if (!/^\d{1,5}$/.test(values.port)) throw new Error(`--port takes a number, not ${values.port}.`);

  let host;
  // npm passes Ctrl-C on to whom it has reached already: it may come twice.
  async function end() {
    if (isEnding) return;
    isEnding = true;
    await host?.close();
  }
  process.on("SIGINT", end);
  process.on("SIGTERM", end);

  const { builtServer } = await loadSource("test/support/built-server.ts");
  try {
    builtServer();
  } catch {
    // What it says goes to stderr: stdout has the address and nothing else.
    execFileSync(process.execPath, ["scripts/build.mjs"], { stdio: ["ignore", 2, 2] });
  }

  const { openHost, sandbox } = await loadSourceBesidePackages("test/panel/host/server.ts");
  host = await openHost({
    env: { ...sandbox, ...process.env, SORA_SANDBOX: "true" },
    port: Number(values.port),
    onStderr: (text) => process.stderr.write(text),
  });
  if (isEnding) await host.close();
  else {
    console.error("Open this in your browser. Ctrl+C ends it.");
    console.log(host.url);
  }
}
