import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Starts a made-up Sora, by default upstream.mjs, with channels of these sizes. */
export async function startSora(sizes, file = "upstream.mjs") {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, [script, ...sizes.map(String)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [port] = await once(child.stdout, "data");
  return {
    url: `http://127.0.0.1:${Number(port)}/`,
    async end() {
      const exited = once(child, "exit");
      child.stdin.end();
      await exited;
    },
  };
}
