import { appendFileSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type AuditLine, AuditLog } from "../../src/mcp/audit-log.ts";
import { auditLines } from "../support/audit-file.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// The audit file on disks that are full, slow, broken or shared. What a real file system does not do on request is done
// to its file handles.

const half = '{"from":"a server whose disk was full';
const room = 20;

const lineOf = (channel_id: string): AuditLine => ({
  time: new Date(0).toISOString(),
  tool: "sora_push_channel",
  target: "Sora_20160711.PushChannel",
  channel_id,
  args_sha256: "",
  client: null,
  confirmed_by: null,
  outcome: "done",
  duration_ms: 1,
});

const someFile = await open("package.json", "r");
const handles: FileHandle = Object.getPrototypeOf(someFile);
const { write, datasync, stat } = handles;
await someFile.close();

let path: string;
beforeEach(() => {
  path = join(temporaryFolder(), "audit.jsonl");
});
afterEach(() => {
  vi.restoreAllMocks();
});

const auditLog = (patience?: number) => new AuditLog(path, (text) => text, patience);

/** The channels of the lines that can be read; what cannot is left out. */
function channels(): string[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line).channel_id];
      } catch {
        return [];
      }
    });
}

/** The next write ends after so many bytes, as on a full disk. */
function nextWriteIsCut(bytes: (text: string) => number) {
  vi.spyOn(handles, "write").mockImplementationOnce(function (this: FileHandle, text: unknown) {
    return write.call(this, String(text).slice(0, bytes(String(text))));
  });
}

describe.each([
  [half, `${half}\n`],
  ['{"from":"before"}\n', '{"from":"before"}\n'],
  ["", ""],
])("a file that ends with %j", (before, kept) => {
  test("gets the lines of calls that end at the same moment whole and in order", async () => {
    writeFileSync(path, before);
    const audit = auditLog();
    const losses = await Promise.all(["1", "2", "3"].map((channel) => audit.append(lineOf(channel))));
    expect(losses).toEqual([undefined, undefined, undefined]);
    const text = readFileSync(path, "utf8");
    expect(text.slice(0, kept.length)).toBe(kept);
    expect(text.slice(kept.length).split("\n")).toEqual([
      ...["1", "2", "3"].map((channel) => JSON.stringify(lineOf(channel))),
      "",
    ]);
  });

  test("gets the lines of two servers, one after the other, without an empty one in between", async () => {
    writeFileSync(path, before);
    const servers = [auditLog(), auditLog()];
    await Promise.all(servers.map((audit) => audit.refusal()));
    for (const [index, audit] of servers.entries()) await audit.append(lineOf(String(index)));
    expect(readFileSync(path, "utf8").slice(kept.length).split("\n")).toEqual([
      ...["0", "1"].map((channel) => JSON.stringify(lineOf(channel))),
      "",
    ]);
  });
});

test("in a folder, lines go into a file of a name of its own, of which half a line is seen too", async () => {
  const folder = temporaryFolder();
  path = join(folder, "sora-labo-mcp-audit.jsonl");
  writeFileSync(path, half);
  const audit = new AuditLog(folder, (text) => text);
  expect(await audit.refusal()).toBeUndefined();
  for (const channel of ["1", "2"]) expect(await audit.append(lineOf(channel))).toBeUndefined();
  expect(readdirSync(folder)).toEqual(["sora-labo-mcp-audit.jsonl"]);
  expect(channels()).toEqual(["1", "2"]);
});

test("a folder that goes away takes the log with it, and brings it back", async () => {
  const folder = temporaryFolder();
  path = join(folder, "sora-labo-mcp-audit.jsonl");
  const audit = new AuditLog(folder, (text) => text);
  await audit.append(lineOf("1"));
  renameSync(folder, `${folder}.old`);
  expect(await audit.append(lineOf("2"))).toMatchObject({ code: "not_configured" });
  renameSync(`${folder}.old`, folder);
  expect(await audit.append(lineOf("3"))).toBeUndefined();
  expect(channels()).toEqual(["1", "2", "3"]);
});

test("half a line that appears later, as another server dies, swallows nothing", async () => {
  const audit = auditLog();
  await audit.append(lineOf("1"));
  appendFileSync(path, half);
  expect(await audit.append(lineOf("2"))).toBeUndefined();
  expect(channels()).toEqual(["1", "2"]);
});

test("a line that another server is still writing is not taken for half a line", async () => {
  writeFileSync(path, half);
  const audit = auditLog();
  const appended = audit.append(lineOf("1"));
  setTimeout(() => appendFileSync(path, '"}\n'), 20);
  expect(await appended).toBeUndefined();
  expect(auditLines(path)).toMatchObject([{ from: "a server whose disk was full" }, { channel_id: "1" }]);
});

test("half a line of this server's does not swallow the line of another", async () => {
  const [one, two] = [auditLog(), auditLog()];
  await two.append(lineOf("first"));
  nextWriteIsCut(() => room);
  expect(await one.append(lineOf("cut"))).toBeDefined();
  expect(await two.append(lineOf("second"))).toBeUndefined();
  await one.catchUp();
  expect(channels()).toEqual(["first", "second", "cut"]);
});

test("after half a line, a file that has been moved away is begun with a line", async () => {
  const audit = auditLog();
  nextWriteIsCut(() => room);
  expect(await audit.append(lineOf("1"))).toBeDefined();
  renameSync(path, `${path}.old`);
  expect(await audit.append(lineOf("2"))).toBeUndefined();
  expect(auditLines(path)).toMatchObject([{ channel_id: "1" }, { channel_id: "2" }]);
});

test("a line that lacks nothing but its newline is not written twice", async () => {
  const audit = auditLog();
  nextWriteIsCut((text) => text.length - 1);
  expect(await audit.append(lineOf("1"))).toBeDefined();
  expect(await audit.append(lineOf("2"))).toBeUndefined();
  expect(auditLines(path)).toMatchObject([{ channel_id: "1" }, { channel_id: "2" }]);
});

test("a line is written while the disk still syncs the one before", async () => {
  const audit = auditLog();
  const syncs: (() => void)[] = [];
  vi.spyOn(handles, "datasync").mockImplementation(() => new Promise((resolve) => syncs.push(resolve)));
  const first = audit.append(lineOf("1"));
  await expect.poll(() => syncs.length).toBe(1);
  const second = audit.append(lineOf("2"));
  await expect.poll(() => syncs.length).toBe(2);
  expect(channels()).toEqual(["1", "2"]);
  for (const done of syncs) done();
  expect(await Promise.all([first, second])).toEqual([undefined, undefined]);
});

test("a line counts as kept only once it is synced, whoever wrote it", async () => {
  const audit = auditLog();
  const syncs = vi.spyOn(handles, "datasync").mockRejectedValueOnce(new Error("EIO"));
  expect(await audit.append(lineOf("1"))).toMatchObject({ code: "not_configured" });
  expect(await audit.refusal()).toBeUndefined();
  expect(syncs).toHaveBeenCalledTimes(2);
  expect(await audit.refusal()).toBeUndefined();
  expect(syncs).toHaveBeenCalledTimes(2);
});

test("a disk that does not answer is waited for only so long, and is asked again", async () => {
  // Short, and yet long enough for a busy disk to answer the second time.
  const audit = auditLog(2000);
  let answer = () => {};
  vi.spyOn(handles, "datasync").mockImplementationOnce(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  );
  const loss = await audit.append(lineOf("1"));
  expect(loss).toMatchObject({ code: "not_configured", cause: new Error("no answer in time") });
  answer();
  expect(await audit.refusal()).toBeUndefined();
  expect(auditLines(path)).toMatchObject([{ channel_id: "1" }]);
});

test("a file that complains when it is closed is written to all the same", async () => {
  vi.spyOn(handles, "stat").mockImplementation(async function (this: FileHandle, ...args) {
    const close = this.close.bind(this);
    this.close = async () => {
      await close();
      throw new Error("EIO");
    };
    return stat.apply(this, args);
  });
  const audit = auditLog();
  for (const channel of ["1", "2"]) expect(await audit.append(lineOf(channel))).toBeUndefined();
  expect(auditLines(path)).toMatchObject([{ channel_id: "1" }, { channel_id: "2" }]);
});

test("whatever the disk does, no line is lost or doubled, their order stays, and what is reported as kept is there", async () => {
  const audit = auditLog();
  expect(await audit.refusal()).toBeUndefined();
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  vi.spyOn(handles, "write").mockImplementation(async function (this: FileHandle, text: unknown) {
    const what = random();
    if (what < 0.2) throw new Error("EIO");
    const whole = String(text);
    return write.call(this, what < 0.4 ? whole.slice(0, Math.floor(random() * whole.length)) : whole);
  });
  vi.spyOn(handles, "datasync").mockImplementation(async function (this: FileHandle) {
    if (random() < 0.2) throw new Error("EIO");
    return datasync.call(this);
  });
  const ids = Array.from({ length: 200 }, (_unused, index) => String(index));
  let kept = 0;
  for (let start = 0; start < ids.length; start += 10) {
    await Promise.all(
      ids.slice(start, start + 10).map(async (id) => {
        if (await audit.append(lineOf(id))) return;
        kept += 1;
        expect(channels()).toContain(id);
      }),
    );
  }
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(ids.length);
  vi.restoreAllMocks();
  await audit.catchUp();
  expect(channels()).toEqual(ids);
});
