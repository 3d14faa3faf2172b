import fc from "fast-check";
import { expect, test } from "vitest";
import { readCallers } from "../../src/callers/entry.ts";
import { defaultToolsets, toolsets } from "../../src/tools/chapters.ts";

const hash = "0123456789abcdef".repeat(4);

function written(...callers: readonly unknown[]): string {
  return JSON.stringify({ callers });
}

/** A caller that is well written, with these members. */
function caller(members: object = {}): object {
  return { name: "alice", token_sha256: hash, ...members };
}

/** What is wrong with a file of which only this caller is. */
function faultOf(text: string): string | undefined {
  const read = readCallers(text);
  return "fault" in read ? read.fault : undefined;
}

test("an entry is all that it says, and narrows by nothing else", () => {
  const claims = { groups: "moderators", level: 3, admin: true };
  const text = written(caller(), {
    name: "配信 bot",
    claims,
    channels: ["sora", "sandbox, 1"],
    toolsets: ["stats", "signaling"],
    read_only: false,
    confirm: "preview",
    max_affected: 0,
    max_destructive_per_hour: 1_000_000,
  });
  expect(readCallers(text)).toEqual({
    entries: [
      { name: "alice", tokenSha256: hash, rights: {} },
      {
        name: "配信 bot",
        claims,
        rights: {
          channels: ["sora", "sandbox, 1"],
          toolsets: ["stats", "signaling"],
          readOnly: false,
          confirm: "preview",
          maxAffected: 0,
          maxDestructivePerHour: 1_000_000,
        },
      },
    ],
  });
});

test.each([
  [{ channels: " a, b ,c," }, { channels: ["a", "b", "c"] }],
  [{ toolsets: "stats,Signaling" }, { toolsets: ["stats", "signaling"] }],
  [{ toolsets: "default, server" }, { toolsets: [...defaultToolsets, "server"] }],
  [{ toolsets: ["default", "server"] }, { toolsets: [...defaultToolsets, "server"] }],
  [{ toolsets: "all" }, { toolsets }],
  [{ toolsets: ["all"] }, { toolsets }],
  [{ read_only: true }, { readOnly: true }],
  [{ confirm: "ask" }, { confirm: "ask" }],
  [{ confirm: "ask,panel" }, { confirm: "ask,panel" }],
])("%j are rights", (members, rights) => {
  expect(readCallers(written(caller(members)))).toEqual({
    entries: [{ name: "alice", tokenSha256: hash, rights }],
  });
});

test("no callers, a byte order mark, a hash in capitals and blanks around it all are fine", () => {
  expect(readCallers('\ufeff\n{"callers": [] }\r\n')).toEqual({ entries: [] });
  expect(readCallers(written(caller({ token_sha256: hash.toUpperCase() })))).toEqual({
    entries: [{ name: "alice", tokenSha256: hash, rights: {} }],
  });
});

const lists = "or these as one comma-separated text";
const claims =
  "must be an object of at least one claim, each a text that is not empty, a number, true or false";

test.each<[members: object, fault: string]>([
  [{ max_afected: 1 }, " has a member that is not known: max_afected"],
  [{ readOnly: true }, " has a member that is not known: readOnly"],
  [{ toString: 1 }, " has a member that is not known: toString"],
  [JSON.parse('{"__proto__": 1}'), " has a member that is not known: __proto__"],
  [{ [hash]: 1 }, " has a member that is not known"],
  [{ max_affected: null }, ".max_affected must be a whole number from 0 to 1000000"],
  [{ max_affected: -1 }, ".max_affected must be a whole number from 0 to 1000000"],
  [{ max_affected: 1.5 }, ".max_affected must be a whole number from 0 to 1000000"],
  [{ max_affected: "5" }, ".max_affected must be a whole number from 0 to 1000000"],
  [{ max_affected: 1_000_001 }, ".max_affected must be a whole number from 0 to 1000000"],
  [{ max_destructive_per_hour: true }, ".max_destructive_per_hour must be a whole number from 0 to 1000000"],
  [{ read_only: "true" }, ".read_only must be true or false"],
  [{ read_only: null }, ".read_only must be true or false"],
  [{ confirm: "Preview" }, ".confirm must be flag, preview, ask or ask,panel"],
  [{ confirm: "Ask,panel" }, ".confirm must be flag, preview, ask or ask,panel"],
  [{ confirm: "panel" }, ".confirm must be flag, preview, ask or ask,panel"],
  [{ confirm: ["ask", "panel"] }, ".confirm must be flag, preview, ask or ask,panel"],
  [{ confirm: null }, ".confirm must be flag, preview, ask or ask,panel"],
  [{ channels: [] }, `.channels must be a list of at least one channel id, ${lists}`],
  [{ channels: "" }, `.channels must be a list of at least one channel id, ${lists}`],
  [{ channels: " , " }, `.channels must be a list of at least one channel id, ${lists}`],
  [{ channels: "a、b" }, `.channels must be a list of at least one channel id, ${lists}`],
  [{ channels: ["a", ""] }, `.channels must be a list of at least one channel id, ${lists}`],
  [{ channels: ["a", " b"] }, `.channels must be a list of at least one channel id, ${lists}`],
  [{ channels: ["a", 1] }, `.channels must be a list of at least one channel id, ${lists}`],
  [{ channels: ["a", ["b"]] }, `.channels must be a list of at least one channel id, ${lists}`],
  [{ channels: null }, `.channels must be a list of at least one channel id, ${lists}`],
  [{ channels: { a: 1 } }, `.channels must be a list of at least one channel id, ${lists}`],
  [{ toolsets: [] }, `.toolsets must be a list of at least one toolset, ${lists}`],
  [{ toolsets: "stats,statz" }, `.toolsets must be a list of at least one toolset, ${lists}`],
  [{ toolsets: ["stats", "statz"] }, `.toolsets must be a list of at least one toolset, ${lists}`],
  [{ toolsets: ["toString"] }, `.toolsets must be a list of at least one toolset, ${lists}`],
  [{ toolsets: null }, `.toolsets must be a list of at least one toolset, ${lists}`],
  [{ name: undefined }, ".name must be a text of 1 to 100 characters"],
  [{ name: 1 }, ".name must be a text of 1 to 100 characters"],
  [{ name: null }, ".name must be a text of 1 to 100 characters"],
  [{ name: "" }, ".name is empty"],
  [{ name: "a".repeat(101) }, ".name is longer than 100 characters"],
  [{ name: "a\nb" }, ".name is not fit for a line: it has control characters or line breaks"],
  [{ token_sha256: hash.slice(1) }, ".token_sha256 must be 64 hex digits"],
  [{ token_sha256: `${hash}\n` }, ".token_sha256 must be 64 hex digits"],
  [{ token_sha256: `g${hash.slice(1)}` }, ".token_sha256 must be 64 hex digits"],
  [{ token_sha256: null }, ".token_sha256 must be 64 hex digits"],
  [{ token_sha256: undefined }, " must have either token_sha256 or claims"],
  [{ claims: { groups: "a" } }, " must have either token_sha256 or claims"],
  [{ token_sha256: undefined, claims: {} }, `.claims ${claims}`],
  [{ token_sha256: undefined, claims: null }, `.claims ${claims}`],
  [{ token_sha256: undefined, claims: ["a"] }, `.claims ${claims}`],
  [{ token_sha256: undefined, claims: "a" }, `.claims ${claims}`],
  [{ token_sha256: undefined, claims: { groups: ["a"] } }, `.claims ${claims}`],
  [{ token_sha256: undefined, claims: { groups: null } }, `.claims ${claims}`],
  [{ token_sha256: undefined, claims: { groups: "" } }, `.claims ${claims}`],
])("of a caller with %j: callers[1]%s", (members, fault) => {
  const other = { name: "bob", token_sha256: "f".repeat(64) };
  expect(faultOf(written(other, caller(members)))).toBe(`callers[1]${fault}`);
});

test("a number beyond all is none", () => {
  const text = (members: string) => `{"callers": [{"name": "alice", ${members}}]}`;
  expect(faultOf(text('"claims": {"level": 1e999}'))).toContain("callers[0].claims must be");
  expect(faultOf(text(`"token_sha256": "${hash}", "max_affected": 1e999`))).toContain("max_affected must be");
});

test("a claim named __proto__ is one like any other: without it, whoever fits the rest would be let in", () => {
  const read = readCallers('{"callers": [{"name": "alice", "claims": {"a": "b", "__proto__": "c"}}]}');
  const [entry] = "entries" in read ? read.entries : [];
  expect(Object.entries(entry?.claims ?? {})).toEqual([
    ["a", "b"],
    ["__proto__", "c"],
  ]);
});

test.each([
  ["[]", "it must be an object with a list of callers"],
  ["null", "it must be an object with a list of callers"],
  ["{}", "callers must be a list of callers"],
  ['{"callers": {}}', "callers must be a list of callers"],
  ['{"callers": [], "x": 1}', "it has a member that is not known: x"],
  ['{"caller": []}', "it has a member that is not known: caller"],
  ['{"callers": [1]}', "callers[0] must be an object"],
  ['{"callers": [null]}', "callers[0] must be an object"],
  ['{"callers": [[]]}', "callers[0] must be an object"],
])("of %s: %s", (text, fault) => {
  expect(faultOf(text)?.slice(0, fault.length)).toBe(fault);
});

test("a name or a token twice is told with both places", () => {
  const other = { name: "bob", token_sha256: "f".repeat(64) };
  expect(faultOf(written(other, caller(), caller({ token_sha256: "e".repeat(64) })))).toBe(
    "callers[2].name is also that of callers[1]",
  );
  expect(faultOf(written(caller(), other, caller({ name: "carol", token_sha256: hash.toUpperCase() })))).toBe(
    "callers[2].token_sha256 is also that of callers[0]",
  );
});

test.each([
  '{"callers": [',
  "",
  "alice",
  '{"callers": [{"name": "alice" "token": "s3cr3t"}]}',
  "s3cr3t",
  '{"a": s3cr3t}',
])("%j is not JSON, and nothing of it is told", (text) => {
  expect(faultOf(text)).toMatch(/^it is not JSON( \(line \d+, column \d+\))?$/);
});

test("where JSON ends to be JSON is told by line and column", () => {
  expect(faultOf('\ufeff{\n  "callers": [\n    {"name": "alice" "x"}\n]}')).toBe(
    "it is not JSON (line 3, column 22)",
  );
});

test("whatever the JSON is, it is read or refused, and no value is told", () => {
  const secret = "distinctive-value";
  const value = fc.oneof(
    fc.constantFrom(secret, null, 1, true, [secret], { [`${secret}-0123456789-0123456789`]: secret }),
    fc.jsonValue(),
  );
  const members = [
    "name",
    "token_sha256",
    "claims",
    "channels",
    "toolsets",
    "read_only",
    "confirm",
    "max_affected",
  ];
  const entry = fc.dictionary(fc.constantFrom(...members, "other"), value);
  fc.assert(
    fc.property(
      fc.oneof(
        value,
        fc.array(entry).map((callers) => ({ callers })),
      ),
      (json) => {
        const read = readCallers(JSON.stringify(json));
        expect(JSON.stringify("fault" in read ? read : {})).not.toContain(secret);
      },
    ),
  );
});
