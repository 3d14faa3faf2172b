import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { auditLines } from "../support/audit-file.ts";
import { personWho } from "../support/person.ts";
import { errorOf, inProcess } from "../support/session.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { json, startUpstream } from "../support/upstream.ts";
import { worlds } from "../support/valid-calls.ts";

// What cannot be recorded is not sent; what turns out unrecordable afterwards is said, and recorded as soon as it can be.

const push = "sora_push_channel";

/** Each gives a path that keeps no trail. */
const unusable: { name: string; path: (folder: string) => string; skip?: boolean }[] = [
  {
    name: "a folder in which the log's name is taken by a folder",
    path(folder) {
      mkdirSync(join(folder, "sora-labo-mcp-audit.jsonl"));
      return folder;
    },
  },
  { name: "a file in a folder that is not there", path: (folder) => join(folder, "missing", "audit.jsonl") },
  {
    name: "a pipe that nobody reads",
    path(folder) {
      const path = join(folder, "pipe");
      execFileSync("mkfifo", [path]);
      return path;
    },
    skip: process.platform === "win32",
  },
  { name: "a full device", path: () => "/dev/full", skip: !existsSync("/dev/full") },
  { name: "a device that swallows everything", path: () => "/dev/null", skip: !existsSync("/dev/null") },
];

test.each(unusable.filter(({ skip }) => !skip))(
  "SORA_AUDIT_LOG is $name: nothing but reads goes on",
  async ({ path }) => {
    const upstream = await startUpstream(json([]));
    const person = personWho(() => "accept");
    const settings = {
      SORA_API_URL: upstream.url,
      SORA_CONFIRM: "ask",
      SORA_AUDIT_LOG: path(temporaryFolder()),
    };
    for (const { env, calls, jobs } of worlds) {
      const session = await inProcess({ env: { ...settings, ...env }, ...person });
      for (const { tool, args } of jobs.filter(({ kind }) => kind === "read")) {
        const result = await session.call(tool, args);
        // Of nobody there may be nothing to tell.
        if (result.isError) expect(errorOf(result).code, tool).toMatch(/^(not_found|unsupported)$/);
      }
      for (const { target } of upstream.requests.splice(0)) expect(target).toMatch(/\.(List|Get)/);
      for (const { tool, kind, args } of [...calls, ...jobs.filter((job) => job.kind !== "read")]) {
        const result = await session.call(tool, args);
        if (kind === "read") expect(result.isError ?? false).toBe(false);
        else {
          expect(errorOf(result)).toEqual({
            code: "not_configured",
            message: "SORA_AUDIT_LOG cannot be written, so no call that changes something is sent.",
            hint: expect.stringContaining("SORA_AUDIT_LOG"),
          });
        }
      }
      expect(upstream.requests.splice(0).map(({ target }) => target)).toEqual(
        calls
          .filter(({ kind }) => kind === "read")
          .flatMap(({ requests }) => requests.map(({ target }) => target)),
      );
    }
    expect(person.questions).toEqual([]);
  },
);

test("a file that is lost during a call: the answer says how the call ended, and its line is made up for", async () => {
  const path = join(temporaryFolder(), "audit.jsonl");
  const upstream = await startUpstream();
  const session = await inProcess({ env: { SORA_API_URL: upstream.url, SORA_AUDIT_LOG: path } });
  const send = (channel_id: string) => session.call(push, { channel_id, data: {} });
  await send("before");

  upstream.answer((request, response, raw) => {
    renameSync(path, `${path}.old`);
    mkdirSync(path);
    json({})(request, response, raw);
  });
  const lost = errorOf(await send("lost"));
  expect(lost).toMatchObject({
    code: "not_configured",
    message: expect.stringMatching(/^The call ended as "done", .* Do not send it again/),
  });

  upstream.answer(json({}));
  expect(errorOf(await send("refused")).code).toBe("not_configured");
  expect(errorOf(await send("refused")).code).toBe("not_configured");
  expect(upstream.requests.map(({ text }) => JSON.parse(text).channel_id)).toEqual(["before", "lost"]);

  rmdirSync(path);
  expect((await send("after")).structuredContent).toMatchObject({ status: "done" });
  expect(auditLines(path)).toMatchObject([
    { channel_id: "lost", outcome: "done" },
    { channel_id: "after", outcome: "done" },
  ]);
  expect(auditLines(`${path}.old`)).toMatchObject([{ channel_id: "before" }]);
});

test.each([
  { code: "server_error", answer: json({}, 500), timeout: "10000" },
  { code: "timeout", answer: () => {}, timeout: "2000" },
])("a file that is lost during a call that ends as $code: that is said too", async (row) => {
  const { code, answer, timeout } = row;
  const path = join(temporaryFolder(), "audit.jsonl");
  const upstream = await startUpstream((request, response, raw) => {
    renameSync(path, `${path}.old`);
    mkdirSync(path);
    answer(request, response, raw);
  });
  const env = { SORA_API_URL: upstream.url, SORA_AUDIT_LOG: path, SORA_TIMEOUT_MS: timeout };
  const session = await inProcess({ env });
  const result = await session.call(push, { channel_id: "sora", data: {} });
  expect(errorOf(result)).toMatchObject({
    code: "not_configured",
    message: expect.stringContaining(`The call ended as "${code}"`),
  });
});

test("several calls that lose their file together all get their lines, once", async () => {
  const path = join(temporaryFolder(), "audit.jsonl");
  const waiting: (() => void)[] = [];
  const upstream = await startUpstream((request, response, raw) => {
    waiting.push(() => json({})(request, response, raw));
    if (waiting.length < 4) return;
    renameSync(path, `${path}.old`);
    mkdirSync(path);
    for (const answer of waiting) answer();
  });
  const session = await inProcess({ env: { SORA_API_URL: upstream.url, SORA_AUDIT_LOG: path } });
  const send = (channel_id: string) => session.call(push, { channel_id, data: {} });
  const lost = await Promise.all(["1", "2", "3", "4"].map(send));
  expect(lost.map((result) => errorOf(result).code)).toEqual(Array(4).fill("not_configured"));
  rmdirSync(path);
  upstream.answer(json({}));
  await send("5");
  expect(
    auditLines(path)
      .map(({ channel_id }) => channel_id)
      .sort(),
  ).toEqual(["1", "2", "3", "4", "5"]);
  expect(auditLines(path).at(-1)).toMatchObject({ channel_id: "5" });
});
