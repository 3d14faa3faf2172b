import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Debian's Chromium, or the one that CHROMIUM names. Whoever launches it closes it. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no Chromium at ${executablePath}: install Debian's package chromium, or name another by CHROMIUM.`,
    );
  }
  return chromium.launch({
    executablePath,
    headless: true,
    // Root cannot have the sandbox of Chromium; everybody else keeps it.
    chromiumSandbox: process.getuid?.() !== 0,
    // A page that nobody looks at would have its timers slowed down.
    args: [
      "--disable-background-timer-throttling",
      "--disable-backgrounding-occluded-windows",
      "--disable-renderer-backgrounding",
    ],
  });
}
