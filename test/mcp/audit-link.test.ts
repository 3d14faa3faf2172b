import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type AuditLine, AuditLog } from "../../src/mcp/audit-log.ts";
import { auditLines } from "../support/audit-file.ts";
import { load, messages, told } from "../support/settings.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const name = "sora-labo-mcp-audit.jsonl";
const line: AuditLine = {
  time: new Date(0).toISOString(),
  tool: "sora_push_channel",
  target: "Sora_20160711.PushChannel",
  channel_id: "1",
  args_sha256: "",
  client: null,
  confirmed_by: null,
  outcome: "done",
  duration_ms: 1,
};
const auditLog = (path: string) => new AuditLog(path, (text) => text);
const planted = {
  code: "not_configured",
  cause: { code: "ELOOP" },
  details: {
    hint: "Remove the link that stands where the audit log belongs.",
  },
};

describe.skipIf(process.platform === "win32")("a link that has the log's name in a folder", () => {
  test.each([
    ["to a file", (elsewhere: string) => writeFileSync(elsewhere, "before\n"), "before\n"],
    ["to nothing", () => {}, undefined],
    ["to a folder", (elsewhere: string) => mkdirSync(elsewhere), undefined],
  ])("%s is not followed, and the operator is told of it", async (_what, make, before) => {
    const [folder, elsewhere] = [temporaryFolder(), join(temporaryFolder(), "elsewhere")];
    make(elsewhere);
    const existed = existsSync(elsewhere);
    symlinkSync(elsewhere, join(folder, name));
    const audit = auditLog(folder);
    expect(await audit.refusal()).toMatchObject(planted);
    expect(await audit.append(line)).toMatchObject(planted);
    expect(existsSync(elsewhere)).toBe(existed);
    if (before !== undefined) expect(readFileSync(elsewhere, "utf8")).toBe(before);
    if (existed && before === undefined) expect(readdirSync(elsewhere)).toEqual([]);
  });

  test("is not followed either once lines have been written there", async () => {
    const folder = temporaryFolder();
    const audit = auditLog(folder);
    expect(await audit.append(line)).toBeUndefined();
    const moved = join(folder, "moved");
    renameSync(join(folder, name), moved);
    symlinkSync(moved, join(folder, name));
    expect(await audit.append(line)).toMatchObject(planted);
    expect(auditLines(moved)).toHaveLength(1);
  });

  test("that was named whole is followed, and so is one to the folder", async () => {
    const [folder, other] = [temporaryFolder(), temporaryFolder()];
    symlinkSync(join(other, "file"), join(folder, name));
    expect(await auditLog(join(folder, name)).append(line)).toBeUndefined();
    expect(auditLines(join(other, "file"))).toHaveLength(1);
    symlinkSync(other, join(folder, "linked"));
    expect(await auditLog(join(folder, "linked")).append(line)).toBeUndefined();
    expect(auditLines(join(other, name))).toHaveLength(1);
  });
});

test("stdout is no place for the log: - is refused, however it is given", () => {
  const own = { SORA_API_URL: "http://127.0.0.1:3000/" };
  for (const given of [
    { env: { ...own, SORA_AUDIT_LOG: " - " } },
    { env: own, flags: { "audit-log": "-" } },
  ]) {
    const config = load(given);
    const message =
      "SORA_AUDIT_LOG must be a file, or a folder, that can be written to: it is stdout; a file is ./-.";
    expect(messages(config)).toEqual([message]);
    expect(told(config)).toBe(`${message} It is "-".`);
    expect(config.auditLog).toBeUndefined();
  }
  expect(load({ env: { ...own, SORA_AUDIT_LOG: "./-" } }).auditLog).toBe("./-");
});
