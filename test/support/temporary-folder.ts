import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterTest } from "./closing.ts";

/** An empty folder; removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sora-labo-mcp-test-"));
  afterTest(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
