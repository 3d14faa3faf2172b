import type { Writable } from "node:stream";
import { version } from "../../package.json";
import { type ChildServer, startChildServer } from "../mcp/child-server.ts";
import { lastingStart } from "./lasting-start.ts";
import { moderate } from "./moderation.ts";

export interface DemoOptions {
  /** How to start the server: the full path of Node, then `dist/cli.js --sandbox`. */
  readonly command: string;
  readonly args: string[];
  readonly platform: string;
  /** Marks up a text for a terminal; the identity elsewhere. */
  readonly paint: (style: "bold" | "cyan" | "dim" | "red", text: string) => string;
}

/**
 * `sora-labo-mcp demo`: a moderation session against the sandbox, told step by step. Resolves to the exit code: 0 only
 * if every step went as the story says.
 */
export async function demo(
  { command, args, platform, paint }: DemoOptions,
  stdout: Writable,
): Promise<0 | 1> {
  const say = (line = "") => stdout.write(`${line}\n`);
  let server: ChildServer | undefined;
  let step = 0;
  try {
    const started = await startChildServer(command, args, version);
    server = started;
    say(paint("bold", "A moderation session, against a Sora that runs inside the server"));
    say(`Connected to ${JSON.stringify(server.title)}: ${server.toolCount} tools, no key, no network.`);
    await moderate({
      ask(title, tool, given) {
        step += 1;
        say();
        say(paint("bold", `${step}. ${title}`));
        say(`   ${paint("cyan", tool)} ${paint("dim", JSON.stringify(given))}`);
        return started.call(tool, given);
      },
      say(...lines) {
        for (const line of lines) say(`   ${line}`);
      },
    });
  } catch (error) {
    say();
    say(
      paint("red", `Step ${step} did not go as told: ${error instanceof Error ? error.message : "unknown"}`),
    );
    return 1;
  } finally {
    await server?.close();
  }
  say();
  say(paint("bold", "Next: connect Claude Desktop"));
  say("In Settings > Developer > Edit Config, add this and restart it; --sandbox keeps it a rehearsal:");
  say();
  say(JSON.stringify({ mcpServers: { sora: lastingStart(command, args, platform) } }, null, 2));
  return 0;
}
