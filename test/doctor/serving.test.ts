import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { newToken } from "../../src/callers/new-token.ts";
import { examine, statusOf } from "../support/doctor.ts";
import { closedPort } from "../support/raw-upstream.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { json, startUpstream } from "../support/upstream.ts";

/** A server over HTTP on the sandbox, whose Sora and settings are well. */
const overHttp = { SORA_SANDBOX: "true", SORA_HTTP: "127.0.0.1:0" };

function fileOf(content: unknown): string {
  const path = join(temporaryFolder(), "callers.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

/** A file of callers with these rights or claims each, known by tokens unless there are claims. */
function callers(...those: object[]): string {
  return fileOf({
    callers: those.map((one, at) => {
      const { entry } = newToken(`caller-${at}`);
      return "claims" in one ? { name: entry.name, ...one } : { ...entry, ...one };
    }),
  });
}

/** What the doctor says of one check, without its status. */
function detailOf(page: string, name: string): string | undefined {
  return page.match(new RegExp(`^  \\w+ +${name} +(.*)$`, "m"))?.[1]?.replace(/ \(\S+ ms\)$/, "");
}

test("over stdio there is nothing of all this", async () => {
  const file = fileOf("nonsense");
  const { exitCode, page } = await examine({ SORA_SANDBOX: "true", SORA_CALLERS: file });
  expect(["callers", "confirmation", "issuer"].map((name) => statusOf(page, name))).toEqual(
    Array(3).fill(undefined),
  );
  expect(exitCode).toBe(0);
});

describe("the callers", () => {
  test.each([
    [[{}, { read_only: true }], "ok", "understood: 2"],
    [[], "advice", "understood: 0; nobody is let in; sora-labo-mcp token NAME makes an entry"],
    [
      [{}, { claims: { sub: "a" } }],
      "advice",
      "understood: 2, of these 1 by claims; claims count only with SORA_OAUTH_ISSUER",
    ],
  ])("%j: %s, %s", async (those, status, detail) => {
    const { exitCode, page } = await examine({ ...overHttp, SORA_CALLERS: callers(...those) });
    expect([statusOf(page, "callers"), detailOf(page, "callers")]).toEqual([status, detail]);
    expect(exitCode).toBe(0);
  });

  test.each([
    ["{", "not understood: it is not JSON"],
    ['{"callers": [{"name": "a", "token_sha256": "x"}]}', "callers[0].token_sha256 must be 64 hex digits"],
    ['{"callers": [{"name": "a", "chanels": ["x"]}]}', "callers[0] has a member that is not known: chanels"],
  ])("%s is what is wrong", async (content, fault) => {
    const { exitCode, page } = await examine({ ...overHttp, SORA_CALLERS: fileOf(content) });
    expect(statusOf(page, "callers")).toBe("failed");
    expect(detailOf(page, "callers")).toContain(fault);
    expect(page).toContain("  - Correct the file that SORA_CALLERS names");
    // What is there of the rest depends on the callers.
    expect(statusOf(page, "confirmation")).toBeUndefined();
    expect(statusOf(page, "Sora API")).toBe("ok");
    expect(exitCode).toBe(1);
  });

  test("that are not there are told, also behind a Sora that does not answer", async () => {
    const SORA_CALLERS = join(temporaryFolder(), "callers.json");
    const env = { SORA_HTTP: "127.0.0.1:0", SORA_CALLERS };
    const { page } = await examine({ ...env, SORA_API_URL: `http://127.0.0.1:${await closedPort()}/` });
    expect(detailOf(page, "callers")).toBe("not understood: there is no such file");
    expect(page).toMatch(/SORA_CALLERS +\S+callers\.json {2}\(environment\)/);
  });

  test("are anyone on this machine, where the sandbox does without a file", async () => {
    const { exitCode, page } = await examine(overHttp);
    expect(detailOf(page, "callers")).toBe("anyone on this machine: this is the sandbox");
    expect(exitCode).toBe(0);
  });

  test("are not looked at under settings that are not understood", async () => {
    const { page } = await examine({ ...overHttp, SORA_CALLERS: callers({}), SORA_CONFIRM: "maybe" });
    expect(statusOf(page, "callers")).toBe("skipped");
  });
});

describe("what confirms", () => {
  const oneReplica =
    "a ticket holds on the replica that made it; with several, set SORA_TICKET_KEY to the same in each";
  const nobodyAsked = "over HTTP nobody can be asked: preview works there";
  const sealed = { SORA_TICKET_KEY: "k".repeat(32) };

  test.each<[Record<string, string>, object[], string, string]>([
    [{}, [{}], "ok", "flag"],
    [{ SORA_CONFIRM: "preview" }, [{}, {}], "advice", oneReplica],
    [{ SORA_CONFIRM: "preview" }, [{ confirm: "flag" }], "advice", oneReplica],
    [{}, [{}, { confirm: "preview" }], "advice", oneReplica],
    [
      { ...sealed },
      [{}, { confirm: "preview" }],
      "ok",
      "flag, preview; tickets are sealed with SORA_TICKET_KEY",
    ],
    [{ ...sealed }, [{}], "ok", "flag"],
    [{ SORA_CONFIRM: "ask" }, [{ confirm: "preview" }], "advice", nobodyAsked],
    [{ ...sealed }, [{ confirm: "preview" }, { confirm: "ask" }], "advice", nobodyAsked],
    [{}, [{ confirm: "preview" }, { confirm: "ask" }], "advice", `${nobodyAsked}; ${oneReplica}`],
  ])("%j with callers %j: %s, %s", async (env, those, status, detail) => {
    const { exitCode, page } = await examine({ ...overHttp, ...env, SORA_CALLERS: callers(...those) });
    expect([statusOf(page, "confirmation"), detailOf(page, "confirmation")]).toEqual([status, detail]);
    expect(exitCode).toBe(0);
    expect(page).toContain(status === "ok" ? "All is well." : "It works; see the advice above.");
    expect(page).not.toContain(sealed.SORA_TICKET_KEY);
  });

  test("is judged by the settings alone where there are no callers", async () => {
    const { page } = await examine({ ...overHttp, SORA_CONFIRM: "preview" });
    expect(detailOf(page, "confirmation")).toBe(oneReplica);
  });
});

describe("the issuer", () => {
  /** One that shows this many keys, or answers with something else there. */
  async function issuer(keySet: unknown): Promise<string> {
    const upstream = await startUpstream();
    upstream.answer((request, ...rest) => {
      const isMetadata = request.path === "/.well-known/openid-configuration";
      json(isMetadata ? { issuer: upstream.url, jwks_uri: `${upstream.url}keys` } : keySet)(request, ...rest);
    });
    return upstream.url;
  }

  test("is asked for its metadata and keys", async () => {
    const SORA_OAUTH_ISSUER = await issuer({ keys: [{ kty: "RSA" }, { kty: "EC" }] });
    const SORA_CALLERS = callers({ claims: { sub: "a" } });
    const { exitCode, page } = await examine({ ...overHttp, SORA_CALLERS, SORA_OAUTH_ISSUER });
    expect([statusOf(page, "issuer"), detailOf(page, "issuer")]).toEqual([
      "ok",
      "metadata and keys fetched: 2",
    ]);
    expect(detailOf(page, "callers")).toBe("understood: 1, of these 1 by claims");
    expect(exitCode).toBe(0);
  });

  test("is of no use to callers without claims", async () => {
    const SORA_OAUTH_ISSUER = await issuer({ keys: [{ kty: "RSA" }] });
    const { page } = await examine({ ...overHttp, SORA_CALLERS: callers({}), SORA_OAUTH_ISSUER });
    expect(detailOf(page, "callers")).toBe("understood: 1; no access token fits a caller without claims");
  });

  test.each([
    ["shows no keys", () => issuer({ keys: [] }), "it has no keys"],
    ["shows something else", () => issuer(["keys"]), "it has no keys"],
    ["has no metadata", async () => (await startUpstream(json({}, 404))).url, "it answers with status 404"],
    ["does not answer", async () => (await startUpstream(() => {})).url, "it does not answer in time"],
    ["cannot be reached", async () => `http://127.0.0.1:${await closedPort()}`, "it cannot be reached"],
  ])("that %s is what is wrong", async (_what, start, fault) => {
    const env = { ...overHttp, SORA_TIMEOUT_MS: "1000", SORA_CALLERS: callers({ claims: { sub: "a" } }) };
    const { exitCode, page } = await examine({ ...env, SORA_OAUTH_ISSUER: await start() });
    expect([statusOf(page, "issuer"), detailOf(page, "issuer")]).toEqual(["failed", fault]);
    expect(page).toContain("  - Check SORA_OAUTH_ISSUER");
    expect(exitCode).toBe(1);
  });
});

test("--json gives the same as data", async () => {
  const upstream = await startUpstream(json({}, 404));
  const SORA_CALLERS = callers({ confirm: "preview" });
  const env = { ...overHttp, SORA_CALLERS, SORA_OAUTH_ISSUER: upstream.url };
  const { page } = await examine(env, { json: true });
  const { ok, checks } = JSON.parse(page);
  expect(ok).toBe(false);
  expect(checks.slice(-3)).toMatchObject([
    { name: "callers", status: "advice" },
    { name: "confirmation", status: "advice" },
    { name: "issuer", status: "failed", ms: expect.any(Number), fix: expect.any(String) },
  ]);
});
