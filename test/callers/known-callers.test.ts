import { pbkdf2 } from "node:crypto";
import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { KnownCallers } from "../../src/callers/known-callers.ts";
import { newToken, sha256 } from "../../src/callers/new-token.ts";
import { afterTest } from "../support/closing.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const onWindows = process.platform === "win32";
const [alice, bob] = [newToken("alice"), newToken("bob")];

function written(...callers: readonly object[]): string {
  return JSON.stringify({ callers });
}

const both = written(alice.entry, bob.entry);
const bobAlone = written(bob.entry);

/** Much more often than usual, so that tests are quick. */
const everyMs = 20;

function known(path: string, options: { everyMs?: number } = { everyMs }) {
  const messages: string[] = [];
  const callers = new KnownCallers(path, { told: (message) => messages.push(message), ...options });
  afterTest(() => callers.close());
  return { callers, messages };
}

/** Whose tokens count. */
function names(callers: KnownCallers): (string | undefined)[] {
  return [alice, bob].map(({ token }) => callers.withToken(token)?.name);
}

/** A file in a folder of its own, and who is known by it. */
function fileOf(text: string, options?: { everyMs?: number }) {
  const path = join(temporaryFolder(), "callers.json");
  writeFileSync(path, text);
  return { path, ...known(path, options) };
}

test("a caller is found by the token, and by nothing else", () => {
  const { callers, messages } = fileOf(both);
  expect(callers.fault).toBeUndefined();
  expect(callers.count).toBe(2);
  expect(callers.withToken(alice.token)).toBe(callers.entries[0]);
  for (const other of ["", "alice", alice.entry.token_sha256, `${alice.token} `, alice.token.slice(1)])
    expect(callers.withToken(other)).toBeUndefined();
  expect(messages).toEqual([]);
});

const inForce = "The file of callers was read anew. Callers in force: 1.";

/** Puts a file into the place of another, as editors do it. */
function putBeside(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

/** Until nothing is to be read any more, unless the file changes. */
async function quiet(): Promise<void> {
  await delay(everyMs * 5);
}

test.each<[how: string, change: (path: string, text: string) => void]>([
  ["written in place", writeFileSync],
  ["renamed over", putBeside],
  [
    "removed, and there again",
    (path, text) => {
      rmSync(path);
      writeFileSync(path, text);
    },
  ],
])("a file %s: a caller that is gone is not found any more", async (_how, change) => {
  const { path, callers, messages } = fileOf(both);
  const before = callers.entries;
  expect(names(callers)).toEqual(["alice", "bob"]);
  await quiet();
  change(path, bobAlone);
  await expect.poll(() => names(callers)).toEqual([undefined, "bob"]);
  expect(callers.entries).not.toBe(before);
  expect(messages).toEqual([inForce]);
});

test("at the usual pace that takes less than 2 seconds", async () => {
  const { path, callers } = fileOf(both, {});
  await delay(1200);
  putBeside(path, bobAlone);
  await expect.poll(() => names(callers), { timeout: 2000, interval: 20 }).toEqual([undefined, "bob"]);
});

test.skipIf(onWindows)(
  "a secret of Kubernetes: a link to a link, of which the second is replaced",
  async () => {
    const folder = temporaryFolder();
    const path = join(folder, "callers.json");
    const put = (version: string, text: string) => {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, "callers.json"), text);
      symlinkSync(version, join(folder, "..data_tmp"));
      renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
    };
    put("..2026_01", both);
    symlinkSync(join("..data", "callers.json"), path);
    const { callers, messages } = known(path);
    expect(names(callers)).toEqual(["alice", "bob"]);
    await quiet();
    put("..2026_02", bobAlone);
    rmSync(join(folder, "..2026_01"), { recursive: true });
    await expect.poll(() => names(callers)).toEqual([undefined, "bob"]);
    expect(messages).toEqual([inForce]);
  },
);

/** Keeps all threads busy that could look at a file, for a while: so a watched one is first looked at later. */
function keepThreadsBusy(): void {
  const busy = Array.from({ length: 8 }, () => promisify(pbkdf2)("", "", 50_000, 32, "sha512"));
  afterTest(() => Promise.all(busy));
}

test.each(["{", both])(
  "a change of %j right after the start, before the file is watched, is found",
  async (text) => {
    keepThreadsBusy();
    const { path, callers } = fileOf(text);
    writeFileSync(path, bobAlone);
    await expect.poll(() => names(callers)).toEqual([undefined, "bob"]);
  },
);

test("a change right after another that leaves size and time as they were is found", async () => {
  const same = (name: string) => written({ ...bob.entry, name });
  const { path, callers } = fileOf(same("bob1"));
  const { mtime } = statSync(path);
  const name = () => callers.withToken(bob.token)?.name;
  for (const next of ["bob2", "bob3", "bob4"]) {
    writeFileSync(path, same(next));
    utimesSync(path, mtime, mtime);
    await expect.poll(name, { interval: 1 }).toBe(next);
  }
});

test("a file that is broken, or gone, leaves the one before in force, and is told of once", async () => {
  const { path, callers, messages } = fileOf(both);
  const before = callers.entries;
  const still = "Callers in force: 2.";
  for (const [change, message] of [
    [() => truncateSync(path, 40), /^The file of callers is not in force: it is not JSON[^.]*\. /],
    [() => rmSync(path), /^The file of callers is not in force: there is no such file\. /],
    [
      () => putBeside(path, written({ name: "alice" })),
      /: callers\[0\] must have either token_sha256 or claims\. /,
    ],
    [() => putBeside(path, " ".repeat(4_194_305)), /: it has more than 4096 kB\. /],
  ] as const) {
    const told = messages.length;
    change();
    await expect.poll(() => messages.length).toBe(told + 1);
    // It is looked at again and again, and what is told stays the same.
    await quiet();
    expect(messages.slice(told)).toEqual([expect.stringMatching(message)]);
    expect(messages.at(-1)).toContain(still);
    expect(callers.entries).toBe(before);
    expect(callers.fault).toBeUndefined();
    expect(names(callers)).toEqual(["alice", "bob"]);
  }
  const told = messages.length;
  putBeside(path, both);
  await expect.poll(() => messages.slice(told)).toEqual([`The file of callers was read anew. ${still}`]);
  // The same content: whatever was made of an entry holds on.
  expect(callers.entries).toBe(before);
  expect(messages.join()).not.toContain(path);
});

test("a file of exactly 4 MB is read", () => {
  expect(fileOf(both + " ".repeat(4_194_304 - both.length)).callers.count).toBe(2);
});

test("a file that comes later comes into force; until then it is said why nobody is known", async () => {
  const path = join(temporaryFolder(), "callers.json");
  const { callers, messages } = known(path);
  expect(callers.fault).toBe("there is no such file");
  expect([callers.count, ...names(callers)]).toEqual([0, undefined, undefined]);
  expect(messages).toEqual([]);
  mkdirSync(path);
  await expect.poll(() => callers.fault).toBe("it is a folder");
  expect(messages).toEqual(["The file of callers is not in force: it is a folder. No other has been."]);
  rmSync(path, { recursive: true });
  writeFileSync(path, both);
  await expect.poll(() => names(callers)).toEqual(["alice", "bob"]);
  expect(callers.fault).toBeUndefined();
  expect(messages.at(-1)).toBe("The file of callers was read anew. Callers in force: 2.");
});

test("a file that only was touched makes no new callers, and no line", async () => {
  const { path, callers, messages } = fileOf(both);
  const before = callers.entries;
  writeFileSync(path, readFileSync(path));
  await quiet();
  expect(callers.entries).toBe(before);
  expect(messages).toEqual([]);
});

test.each([
  ["at once", false],
  ["after a while", true],
])("closed %s, it reads nothing any more", async (_when, isLater) => {
  const { path, callers, messages } = fileOf(both);
  if (isLater) await quiet();
  callers.close();
  writeFileSync(path, bobAlone);
  await quiet();
  expect(names(callers)).toEqual(["alice", "bob"]);
  expect(messages).toEqual([]);
});

test.each([
  [{ groups: "moderators" }, { groups: "moderators" }, true],
  [{ groups: "moderators" }, { groups: ["people", "moderators"] }, true],
  [{ groups: "moderators" }, { groups: ["Moderators"] }, false],
  [{ groups: "moderators" }, { groups: "people moderators" }, false],
  [{ groups: "moderators" }, { groups: [["moderators"]] }, false],
  [{ groups: "moderators" }, { groups: { moderators: true } }, false],
  [{ groups: "moderators" }, {}, false],
  [{ scope: "sora.read" }, { scope: "openid sora.read" }, true],
  [{ scope: "sora" }, { scope: "openid sora.read" }, false],
  [{ scope: "sora.read" }, { scope: ["sora.read"] }, true],
  [{ scope: "a b" }, { scope: "a b" }, true],
  [{ level: 3 }, { level: 3 }, true],
  [{ level: 3 }, { level: "3" }, false],
  [{ level: 0 }, { level: false }, false],
  [{ admin: true }, { admin: true }, true],
  [{ admin: true }, { admin: 1 }, false],
  [{ admin: false }, {}, false],
  [{ a: "1", b: "2" }, { a: "1", b: "2", c: "3" }, true],
  [{ a: "1", b: "2" }, { a: "1" }, false],
  [{ groups: "moderators" }, Object.create({ groups: "moderators" }), false],
])("claims %j of an entry and %j of a token: %s", (claims, given, fits) => {
  const { callers } = fileOf(written(alice.entry, { name: "team", claims }));
  expect(callers.withClaims(given)?.name).toBe(fits ? "team" : undefined);
});

test("a claim named __proto__ has to be the token's own", () => {
  const { callers } = fileOf('{"callers": [{"name": "team", "claims": {"a": "b", "__proto__": "c"}}]}');
  expect(callers.withClaims({ a: "b" })).toBeUndefined();
  expect(callers.withClaims(JSON.parse('{"a": "b", "__proto__": "c"}'))?.name).toBe("team");
});

test("the first entry whose claims hold is taken; one that is known by a token has no claims", () => {
  const { callers } = fileOf(
    written(
      { name: "carol", token_sha256: sha256("x") },
      { name: "lead", claims: { team: "sora", lead: true } },
      { name: "member", claims: { team: "sora" } },
    ),
  );
  expect(callers.withClaims({ team: "sora", lead: true })?.name).toBe("lead");
  expect(callers.withClaims({ team: "sora" })?.name).toBe("member");
  expect(callers.withClaims({})).toBeUndefined();
});
