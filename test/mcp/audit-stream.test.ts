import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, openSync, readSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { type AuditLine, AuditLog } from "../../src/mcp/audit-log.ts";
import { AuditStream } from "../../src/mcp/audit-stream.ts";
import { redactor } from "../../src/redaction.ts";
import { afterTest } from "../support/closing.ts";
import { expectInTime } from "../support/in-time.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// Audit lines on pipes of the system, as stdout is one. Windows writes to such a stdout without letting go of the process.

const lineOf = (channel_id: string, outcome = "done"): AuditLine => ({
  time: new Date(0).toISOString(),
  tool: "sora_push_channel",
  target: "Sora_20160711.PushChannel",
  channel_id,
  args_sha256: "0".repeat(64),
  client: { name: "a client", version: "1" },
  caller: "deploy-bot",
  confirmed_by: null,
  outcome,
  duration_ms: 1,
});

const unrecorded = {
  code: "not_configured",
  message: "SORA_AUDIT_LOG cannot be written, so no call that changes something is sent.",
};
const lost = {
  code: "not_configured",
  message:
    'The call ended as "done", but SORA_AUDIT_LOG could not be written. Do not send it again; until it can be, no call that changes something is sent.',
};
const notRead = {
  cause: new Error("no answer in time"),
  details: { hint: "Have the lines on this server's stdout read, or set SORA_AUDIT_LOG to a file." },
};
const broken = {
  details: { hint: expect.stringMatching(/^Nothing can be written to this server's stdout any more: /) },
};

/** A pipe of 64 kB, its writing end opened as Node opens stdout, and what the test reads of it itself. */
function pipe() {
  const path = join(temporaryFolder(), "pipe");
  execFileSync("mkfifo", [path]);
  let reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writing = openSync(path, "w");
  const stdout = new Socket({ fd: writing, readable: false, writable: true });
  let text = "";
  const close = () => {
    if (reading >= 0) closeSync(reading);
    reading = -1;
  };
  afterTest(() => {
    stdout.destroy();
    close();
  });

  return {
    stdout,
    writing,
    /** Ends the reading end, as a collector that dies does. */
    close,
    reopen() {
      reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    },
    /** Reads what the pipe holds now, and gives all lines that were read so far. */
    lines(): string[] {
      const room = Buffer.alloc(200_000);
      try {
        text += room.toString("utf8", 0, readSync(reading, room));
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
      }
      return text.split("\n").slice(0, -1);
    },
    channels(): string[] {
      return this.lines().map((line) => JSON.parse(line).channel_id);
    },
  };
}

type Pipe = ReturnType<typeof pipe>;

/** Appends lines until one is not taken; gives how many there are with that one. */
async function fill(audit: AuditStream): Promise<number> {
  for (let count = 1; ; count += 1) {
    const loss = await audit.append(lineOf(String(count)));
    if (!loss) continue;
    expect(loss).toMatchObject({ ...lost, ...notRead });
    return count;
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_unused, index) => String(index + 1));

/** Reads on until these lines are there, and a little longer: more would show. */
async function expectChannels(from: Pipe, those: string[]) {
  await expect.poll(() => from.channels().length).toBeGreaterThanOrEqual(those.length);
  await delay(20);
  expect(from.channels()).toEqual(those);
}

/** How long it took, in milliseconds. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

const timersOf = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

/** A process that does this with audit lines on its stdout, and what it says on stderr. */
function processThat(does: string, stdout: "pipe" | number) {
  const script = `
    import { once } from "node:events";
    import { loadSource } from "./scripts/load-source.mjs";
    const { AuditStream } = await loadSource("src/mcp/audit-stream.ts");
    const audit = new AuditStream(process.stdout, String, 200);
    const line = JSON.parse(process.argv[1]);
    let count = 0;
    const append = () => audit.append({ ...line, channel_id: String(++count) });
    const asked = () => once(process.stdin, "data");
    ${does}
    process.exit();`;
  const args = ["--input-type=module", "-e", script, JSON.stringify(lineOf(""))];
  const child = spawn(process.execPath, args, { stdio: ["pipe", stdout, "pipe"] });
  afterTest(() => child.kill("SIGKILL"));
  let told = "";
  child.stderr?.setEncoding("utf8").on("data", (text) => {
    told += text;
  });
  return { child, told: () => told };
}

describe.skipIf(process.platform === "win32")("lines on a pipe", () => {
  test("are compact JSON without the key, whole, in order, and there once append is over", async () => {
    const read = pipe();
    const audit = new AuditStream(read.stdout, redactor("secret-key"));
    const channels = ['1 "secret-key"', "2\n", "3"];
    const timers = timersOf();
    const losses = await Promise.all(channels.map((channel) => audit.append(lineOf(channel))));
    expect(losses).toEqual([undefined, undefined, undefined]);
    expect(timersOf()).toBeLessThan(timers + losses.length);
    expect(read.lines()).toEqual(
      ['1 "[redacted]"', "2\n", "3"].map((channel) => JSON.stringify(lineOf(channel))),
    );
    expect(await audit.append(lineOf("4", "timeout"))).toBeUndefined();
    expect(read.lines()[3]).toBe(JSON.stringify(lineOf("4", "timeout")));
    expect(await audit.refusal()).toBeUndefined();
  });

  test("refuse calls while nobody reads; once they are read, all have gone out once, and calls are sent again", async () => {
    const read = pipe();
    const audit = new AuditStream(read.stdout, String, 100);
    const count = await fill(audit);
    const waited = await timed(async () => {
      expect(await audit.refusal()).toMatchObject({ ...unrecorded, ...notRead });
    });
    expect(waited).toBeGreaterThan(90);
    const more = ["a", "b"];
    for (const loss of await Promise.all(more.map((channel) => audit.append(lineOf(channel)))))
      expect(loss).toMatchObject({ ...lost, ...notRead });

    await expectChannels(read, [...upTo(count), ...more]);
    expect(await audit.refusal()).toBeUndefined();
    expect(await audit.append(lineOf("after"))).toBeUndefined();
    expect(read.channels()).toEqual([...upTo(count), ...more, "after"]);
  });

  test("that are read in time refuse nothing", async () => {
    const read = pipe();
    const patient = new AuditStream(read.stdout, String);
    let isOver = false;
    let count = 0;
    const filling = (async () => {
      for (; !isOver; count += 1) expect(await patient.append(lineOf(String(count + 1)))).toBeUndefined();
    })();
    // A pipe holds only so much: at last this stands still.
    for (let before = -1; before < count; await delay(50)) before = count;
    isOver = true;
    const refusal = patient.refusal();
    expect(await Promise.race([refusal, delay(50, "waits")])).toBe("waits");
    read.lines();
    await expectInTime(Promise.all([filling, refusal]), "a line that waited is taken");
    expect(await refusal).toBeUndefined();
    expect(read.channels()).toEqual(upTo(count));
  });

  test("that wait do not add up: each call waits so long and no longer", async () => {
    const read = pipe();
    const audit = new AuditStream(read.stdout, String, 300);
    await fill(audit);
    const waited = await timed(() =>
      Promise.all([...upTo(20).map((channel) => audit.append(lineOf(channel))), audit.refusal()]),
    );
    expect(waited).toBeGreaterThan(290);
    expect(waited).toBeLessThan(1500);
  });

  test("that nobody reads pile up to one for each call that was under way, however many come after", async () => {
    const read = pipe();
    const audit = new AuditStream(read.stdout, String, 20);
    const callers = 16;
    const appended: string[] = [];
    let kept = 0;
    let refused = 0;
    const call = async (channel: string) => {
      if (await audit.refusal()) {
        refused += 1;
        return;
      }
      appended.push(channel);
      if (!(await audit.append(lineOf(channel)))) kept += 1;
    };
    await Promise.all(
      upTo(callers).map(async (caller) => {
        for (let turn = 0; refused < 20 * callers; turn += 1) await call(`${caller}.${turn}`);
      }),
    );
    expect(kept).toBeGreaterThan(callers);
    expect(appended.length - kept).toBeGreaterThan(0);
    expect(appended.length - kept).toBeLessThanOrEqual(callers);
    // None of them is in the stream's own memory but the one that is being written.
    expect(read.stdout.writableLength).toBeLessThan(2 * JSON.stringify(lineOf("16.1000")).length);
    await expectChannels(read, appended);
  });

  test("that nobody reads let refused calls leave no memory behind", async () => {
    const read = pipe();
    const audit = new AuditStream(read.stdout, String, 20);
    await fill(audit);
    setFlagsFromString("--expose-gc");
    const collectGarbage: unknown = runInNewContext("gc");
    if (typeof collectGarbage !== "function") throw new Error("this Node has no gc");
    const heapAfterCalls = async () => {
      const refusals = await Promise.all(Array.from({ length: 4000 }, () => audit.refusal()));
      expect(refusals.every((refusal) => refusal?.message === unrecorded.message)).toBe(true);
      await delay(0);
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    await heapAfterCalls();
    const before = await heapAfterCalls();
    expect((await heapAfterCalls()) - before).toBeLessThan(800_000);
  });

  test("are waited for at the end, and not for longer than a call waits", async () => {
    const read = pipe();
    const audit = new AuditStream(read.stdout, String, 300);
    expect(await timed(() => audit.catchUp())).toBeLessThan(250);
    const count = await fill(audit);
    const waited = await timed(() => audit.catchUp());
    expect(waited).toBeGreaterThan(290);
    const caughtUp = audit.catchUp();
    read.lines();
    await expectInTime(caughtUp, "the end");
    expect(read.channels()).toEqual(upTo(count));
  });

  test("that the reader leaves are told as lost, and no call is sent any more, though another reader comes", async () => {
    const read = pipe();
    const audit = new AuditStream(read.stdout, String);
    expect(await audit.append(lineOf("1"))).toBeUndefined();
    expect(read.channels()).toEqual(["1"]);
    read.close();
    expect(await audit.append(lineOf("2"))).toMatchObject({ ...lost, ...broken, cause: { code: "EPIPE" } });
    read.reopen();
    expect(await audit.refusal()).toMatchObject({ ...unrecorded, ...broken, cause: { code: "EPIPE" } });
    expect(await audit.append(lineOf("3"))).toMatchObject({ ...lost, ...broken });
    await audit.catchUp();
    expect(read.channels()).toEqual(["1"]);
  });

  test.each([
    ["its reader leaves", (read: Pipe) => read.close(), { code: "EPIPE" }],
    ["it is closed", ({ stdout }: Pipe) => stdout.destroy(), new Error("closed")],
    ["it fails", ({ stdout }: Pipe) => stdout.destroy(new Error("EIO")), new Error("EIO")],
  ])("that wait on a full pipe are all lost at once when %s", async (_what, fail, cause) => {
    const read = pipe();
    // Far more than the time that is given: nothing here waits for it to be over.
    const audit = new AuditStream(read.stdout, String, 60_000);
    const losses: unknown[] = [];
    const appended = upTo(600).map(async (channel) => losses.push(await audit.append(lineOf(channel))));
    await expect.poll(() => losses.length).toBeGreaterThan(50);
    const refusal = audit.refusal();
    fail(read);
    await expectInTime(Promise.all(appended), "the loss");
    const taken = losses.indexOf(losses.find((loss) => loss !== undefined));
    expect(taken).toBeLessThan(500);
    for (const loss of losses.slice(taken)) expect(loss).toMatchObject({ ...lost, ...broken, cause });
    for (const again of [await refusal, await audit.refusal()])
      expect(again).toMatchObject({ ...unrecorded, ...broken, cause });
  });

  test.each([
    ["closed", (stdout: Socket) => stdout.destroy()],
    ["ended", (stdout: Socket) => stdout.end()],
  ])("that is %s before anything is written refuse at once", async (_what, end) => {
    const { stdout } = pipe();
    end(stdout);
    const audit = new AuditStream(stdout, String, 60_000);
    await expectInTime(audit.refusal(), "the refusal");
    expect(await audit.refusal()).toMatchObject({ ...unrecorded, ...broken });
    expect(await audit.append(lineOf("1"))).toMatchObject({ ...lost, ...broken });
  });

  test("do not hold up a process whose own stdout nobody reads", async () => {
    const { child, told } = processThat(
      `while (!(await append()));
       console.error(count, (await audit.refusal()).message);
       await asked();
       await audit.catchUp();
       console.error(await append());`,
      "pipe",
    );
    await expect.poll(told).toMatch(/^\d+ .*\n/);
    const [count = "", ...message] = told().trim().split(" ");
    expect(message.join(" ")).toBe(unrecorded.message);
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (piece) => {
      text += piece;
    });
    child.stdin?.write("go on\n");
    await expectInTime(once(child, "close"), "the end of the process");
    expect(told().trim().split("\n")[1]).toBe("undefined");
    const lines = text.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).channel_id)).toEqual(upTo(Number(count) + 1));
  });

  test("are not tried again on the stdout of a process, which Node keeps open though its reader left", async () => {
    const read = pipe();
    const { child, told } = processThat(
      `const losses = [await append()];
       console.error("first", losses[0]);
       await asked();
       losses.push(await append());
       console.error("second", losses[1].cause.code);
       await asked();
       losses.push(await append(), await audit.refusal());
       console.error(process.stdout.writable, losses.length, losses[2].cause.code, losses[3].cause.code);`,
      read.writing,
    );
    await expect.poll(told).toBe("first undefined\n");
    expect(read.channels()).toEqual(["1"]);
    read.close();
    child.stdin?.write("go on\n");
    await expect.poll(told).toBe("first undefined\nsecond EPIPE\n");
    read.reopen();
    child.stdin?.write("go on\n");
    await expectInTime(once(child, "close"), "the end of the process");
    expect(told().split("\n")[2]).toBe("true 4 EPIPE EPIPE");
    expect(read.channels()).toEqual(["1"]);
  });
});

test("a file says the same of lines that it cannot take", async () => {
  const audit = new AuditLog(join(temporaryFolder(), "missing", "audit.jsonl"), String);
  expect(await audit.refusal()).toMatchObject(unrecorded);
  expect(await audit.append(lineOf("1"))).toMatchObject(lost);
});
