import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { examine, statusOf } from "../support/doctor.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("the audit log", () => {
  test("is fine when it can be written; it is there then, and empty", async () => {
    const path = join(temporaryFolder(), "audit.jsonl");
    const { exitCode, page } = await examine({ SORA_SANDBOX: "true", SORA_AUDIT_LOG: path });
    expect(statusOf(page, "audit log")).toBe("ok");
    expect(readFileSync(path, "utf8")).toBe("");
    expect(exitCode).toBe(0);
  });

  test.each([
    ["a folder that is not there", (folder: string) => join(folder, "missing", "audit.jsonl"), "ENOENT"],
    [
      "a folder in which a folder has the log's name",
      (folder: string) => {
        mkdirSync(join(folder, "sora-labo-mcp-audit.jsonl"));
        return folder;
      },
      "EISDIR",
    ],
  ])("%s fails, and the rest is looked at nevertheless", async (_what, path, code) => {
    const SORA_AUDIT_LOG = path(temporaryFolder());
    const { exitCode, page } = await examine({ SORA_SANDBOX: "true", SORA_AUDIT_LOG });
    expect(statusOf(page, "audit log")).toBe("failed");
    expect(page).toContain(
      `SORA_AUDIT_LOG cannot be written, so no call that changes something is sent. (${code})`,
    );
    expect(page).toContain("  - Set SORA_AUDIT_LOG to a file in a folder that this server may write to.");
    expect(statusOf(page, "Sora API")).toBe("ok");
    expect(page).not.toContain("All is well.");
    expect(exitCode).toBe(1);
  });

  test("is stdout over HTTP, and no file of that name is made", async () => {
    const { page } = await examine({ SORA_SANDBOX: "true", SORA_HTTP: "127.0.0.1:0", SORA_AUDIT_LOG: "-" });
    expect(page).toMatch(/^ {2}ok +audit log +goes to stdout$/m);
    expect(existsSync("-")).toBe(false);
  });

  test("is looked at behind a dead host, but left alone under settings that are not understood", async () => {
    const path = join(temporaryFolder(), "audit.jsonl");
    const bad = await examine({ SORA_SANDBOX: "true", SORA_AUDIT_LOG: path, SORA_CONFIRM: "maybe" });
    expect(statusOf(bad.page, "audit log")).toBe("skipped");
    expect(existsSync(path)).toBe(false);
    const dead = await examine({ SORA_API_URL: "http://127.0.0.1:9/", SORA_AUDIT_LOG: path });
    expect(statusOf(dead.page, "audit log")).toBe("ok");
  });
});
