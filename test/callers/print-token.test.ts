import { createHash } from "node:crypto";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { readCallers } from "../../src/callers/entry.ts";
import { printToken } from "../../src/callers/print-token.ts";

function printed(name: string | undefined, problems: readonly string[] = []) {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const code = printToken({ name, problems }, streams);
  return { code, stdout: String(streams.stdout.read() ?? ""), stderr: String(streams.stderr.read() ?? "") };
}

test.each(["alice", "配信チーム", 'a "quoted" name\\'])(
  "for %j: a token and its entry, each on a line of stdout, and nothing else there",
  (name) => {
    const { code, stdout, stderr } = printed(name);
    const [token = "", entry = "", ...others] = stdout.split("\n");
    expect([code, others]).toEqual([0, [""]]);
    expect(token).toMatch(/^[\w-]{43}$/);
    const token_sha256 = createHash("sha256").update(token).digest("hex");
    expect(JSON.parse(entry)).toEqual({ name, token_sha256 });
    expect(readCallers(`{"callers": [${entry}]}`)).toMatchObject({
      entries: [{ name, tokenSha256: token_sha256 }],
    });
    // What may be copied into a ticket or a log does not hold it.
    expect(stderr).not.toContain(token);
    expect(stderr).toContain("SORA_CALLERS");
  },
);

test("each token is another", () => {
  expect(printed("alice").stdout).not.toBe(printed("alice").stdout);
});

test.each([
  [undefined, "The name is missing: sora-labo-mcp token alice."],
  ["", "The name is empty."],
  [" \t", "The name is empty."],
  ["a".repeat(101), "The name is longer than 100 characters."],
  ["a\nb", "The name is not fit for a line: it has control characters or line breaks."],
])("for the name %j there is none, and stderr says why", (name, why) => {
  expect(printed(name)).toEqual({ code: 1, stdout: "", stderr: `sora-labo-mcp error: ${why}\n` });
});

test("what is wrong with the command line is told, and nothing is made", () => {
  const problem = "The command line has --sandbox, which is no flag of the token; see --help.";
  expect(printed("alice", [problem])).toEqual({
    code: 1,
    stdout: "",
    stderr: `sora-labo-mcp error: ${problem}\n`,
  });
});
