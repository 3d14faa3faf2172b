import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Verdict } from "../../src/callers/access-token.ts";
import { type Identity, identify } from "../../src/callers/identify.ts";
import { KnownCallers } from "../../src/callers/known-callers.ts";
import { newToken } from "../../src/callers/new-token.ts";
import { afterTest } from "../support/closing.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const jwt = "head.claims.signature";

/** Who is known: `alice` by a token, moderators by a claim. */
function known() {
  const { token, entry } = newToken("alice");
  const path = join(temporaryFolder(), "callers.json");
  const moderators = { name: "moderators", claims: { groups: "moderators" } };
  writeFileSync(path, JSON.stringify({ callers: [entry, moderators] }));
  const callers = new KnownCallers(path, { told: () => {} });
  afterTest(() => callers.close());
  return { token, callers };
}

/** Says this of each token, and keeps which it was asked about. */
function issuer(verdict: Verdict) {
  const asked: string[] = [];
  return {
    asked,
    verify: async (token: string) => {
      asked.push(token);
      return verdict;
    },
  };
}

/** The name of the entry, or why there is none. */
function named(identity: Identity): string {
  return typeof identity === "string" ? identity : identity.entry.name;
}

test("a token of the file is its caller's, and no issuer is asked", async () => {
  const { token, callers } = known();
  const { asked, verify } = issuer("unreachable");
  for (const check of [verify, undefined]) {
    const identity = await identify(`Bearer ${token}`, callers, check);
    expect(identity).toEqual({ entry: expect.objectContaining({ name: "alice" }) });
  }
  expect(asked).toEqual([]);
});

test.each<[Verdict, string]>([
  ["invalid", "refused"],
  ["unreachable", "issuer unreachable"],
  [{ claims: { groups: "others", sub: "alice" } }, "no caller"],
  [{ claims: { groups: ["moderators"] } }, "moderators"],
])("an access token of which the issuer's keys say %j: %s", async (verdict, outcome) => {
  const { callers } = known();
  const { asked, verify } = issuer(verdict);
  expect(named(await identify(`Bearer ${jwt}`, callers, verify))).toBe(outcome);
  expect(asked).toEqual([jwt]);
  expect(await identify(`Bearer ${jwt}`, callers, undefined)).toBe("refused");
});

test.each([
  ["user-17", { subject: "user-17" }],
  ["", { subject: "" }],
  [17, {}],
  [undefined, {}],
  [["user-17"], {}],
])("a subject %j", async (sub, subject) => {
  const { callers } = known();
  const { verify } = issuer({ claims: { groups: "moderators", sub } });
  const entry = expect.objectContaining({ name: "moderators" });
  expect(await identify(`Bearer ${jwt}`, callers, verify)).toEqual({ entry, ...subject });
});

test.each([
  "",
  "Bearer",
  "Basic abc",
  "Bearer a b",
  "Bearer a.b",
  "Bearer a.b.c.d",
  "Bearer a/b.c.d",
  "a.b.c",
])("%j is a token of nobody, about which no issuer is asked", async (header) => {
  const { callers } = known();
  const { asked, verify } = issuer({ claims: { groups: "moderators" } });
  expect(await identify(header, callers, verify)).toBe("refused");
  expect(asked).toEqual([]);
});

test("without a header there is no token", async () => {
  const { callers } = known();
  expect(await identify(undefined, callers, issuer("invalid").verify)).toBe("no token");
});
