import { describe, expect, test } from "vitest";
import { z } from "zod";
import { leniently } from "../../src/tools/lenient.ts";

// What is understood of what a client wrote, before it is judged: `toStrictEqual`, as a member that is left out is not there.

const entry = z.object({ id: z.string(), sender: z.string().optional(), count: z.number().int() }).strict();
const shape = {
  id: z.string().superRefine(() => {}),
  role: z.enum(["a", "b"]).optional(),
  note: z.string().optional(),
  count: z.number().int().min(1),
  size: z.number().int().default(5),
  share: z.number().optional(),
  push: z.boolean().optional(),
  on: z.boolean(),
  confirm: z.boolean().optional(),
  proceed: z.boolean(),
  data: z.record(z.unknown()),
  reason: z.record(z.unknown()).optional(),
  metadata: z
    .unknown()
    .refine(() => true)
    .optional(),
  value: z.union([
    z.record(z.unknown()),
    z.array(z.unknown()),
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
  ]),
  types: z.array(z.string()).min(1).optional(),
  entries: z.array(entry),
  lists: z.array(z.array(entry)),
};

function given(written: unknown): unknown {
  const { given, dropped } = leniently(shape, written);
  expect(dropped).toEqual([]);
  return given;
}

/** One argument, and what it is understood as; undefined where it is left out. */
function understood(name: string, value: unknown): unknown {
  const all = given({ [name]: value });
  if (typeof all !== "object" || all === null) throw new Error("no object");
  const { [name]: one, ...others } = Object.fromEntries(Object.entries(all));
  expect(others).toEqual({});
  expect(Object.keys(all)).toEqual(one === undefined ? [] : [name]);
  return one;
}

test("null and an empty text are left out where that may be, and stay for the schema to refuse where it may not", () => {
  for (const empty of [null, ""]) {
    for (const name of ["role", "note", "size", "share", "push", "confirm", "reason", "metadata", "types"])
      expect(understood(name, empty), name).toBeUndefined();
    for (const name of ["id", "count", "on", "proceed", "data", "value", "entries", "lists", "nobody's"])
      expect(understood(name, empty), name).toBe(empty);
  }
  for (const kept of [" ", "\u200b", "null", 0, false, [], {}]) expect(understood("note", kept)).toBe(kept);
});

describe("integers", () => {
  test.each([
    ["10", 10],
    ["-3", -3],
    ["0", 0],
    ["007", 7],
    ["9007199254740991", 9007199254740991],
    ["-9007199254740991", -9007199254740991],
  ])("%j is %d", (text, number) => {
    expect(understood("count", text)).toBe(number);
    expect(understood("size", text)).toBe(number);
  });

  test.each([
    ["1.5"],
    ["1.0"],
    [" 10"],
    ["10 "],
    ["10\n"],
    ["0x1"],
    ["1e3"],
    ["+1"],
    ["--1"],
    ["-"],
    ["1,000"],
    ["1_000"],
    ["１"],
    ["Infinity"],
    ["NaN"],
    ["10n"],
    ["9007199254740992"],
    ["-9007199254740992"],
    ["9".repeat(100_000)],
    [true],
    [["10"]],
    [1.5],
  ])("%j stays", (value) => {
    expect(understood("count", value)).toBe(value);
    expect(understood("size", value)).toBe(value);
  });

  test("for a number that need be none, a text is no number", () => {
    expect(understood("share", "10")).toBe("10");
  });
});

describe("booleans", () => {
  test("true and false", () => {
    for (const name of ["push", "on"]) {
      expect(understood(name, "true")).toBe(true);
      expect(understood(name, "false")).toBe(false);
      for (const value of ["True", "TRUE", "1", "0", "yes", "no", "on", " true", "true ", 1, 0, ["true"]])
        expect(understood(name, value)).toBe(value);
    }
  });

  test("no text confirms", () => {
    for (const name of ["confirm", "proceed"])
      for (const value of ["true", "false", "True", "1", 1, '{"confirm":true}', ["true"], true, false])
        expect(understood(name, value)).toBe(value);
  });
});

describe("JSON in a text", () => {
  const object = { a: 1, b: [null, "x"] };

  test("is the object where nothing else fits, and nothing within it is touched", () => {
    const within = { a: "10", b: "true", c: null, d: "", e: "{}", f: ["[]"], sessionId: 1 };
    for (const name of ["data", "reason", "metadata"]) {
      for (const value of [object, within, {}]) {
        expect(understood(name, JSON.stringify(value))).toStrictEqual(value);
        expect(understood(name, ` \n${JSON.stringify(value, null, 2)}\t`)).toStrictEqual(value);
        expect(understood(name, value)).toBe(value);
      }
      for (const text of [
        "{",
        "{} {}",
        "{a:1}",
        "{'a':1}",
        "[]",
        "[{}]",
        "5",
        "true",
        "null",
        '"{}"',
        "x{}",
        "\ufeff{}",
      ])
        expect(understood(name, text)).toBe(text);
    }
  });

  test("is the list where nothing else fits", () => {
    expect(understood("types", '["a","b"]')).toStrictEqual(["a", "b"]);
    expect(understood("types", " [] ")).toStrictEqual([]);
    for (const text of ["a", '"a"', "{}", "[", "['a']", "a,b"]) expect(understood("types", text)).toBe(text);
    expect(understood("types", ["[]", "1", "true", "", null])).toStrictEqual(["[]", "1", "true", "", null]);
  });

  test("is a text where that fits too", () => {
    for (const text of ["{}", "[]", "5", "true", "null", ""]) expect(understood("value", text)).toBe(text);
    for (const text of ["{}", "[]", "5", "true"]) {
      for (const name of ["id", "note", "role"]) expect(understood(name, text)).toBe(text);
    }
  });

  test("entries of lists are understood like arguments, at any depth", () => {
    const written = { id: "", sender: "", count: "3" };
    const meant = { id: "", count: 3 };
    const list = [written, JSON.stringify(written), null, "x", "[]", 1];
    const understoodList = [meant, meant, null, "x", "[]", 1];
    for (const value of [list, JSON.stringify(list)])
      expect(understood("entries", value)).toStrictEqual(understoodList);
    for (const value of [[list], [JSON.stringify(list)], JSON.stringify([list])])
      expect(understood("lists", value)).toStrictEqual([understoodList]);
    // Clients put nothing there, and a confirmation is none either.
    const unknown = { id: "a", count: 1, sessionId: null, task_progress: "", confirm: "true" };
    expect(understood("entries", [unknown])).toStrictEqual([unknown]);
  });

  test("may be all of the arguments", () => {
    expect(given('{"id":"a","count":"2","note":null,"on":"true"}')).toStrictEqual({
      id: "a",
      count: 2,
      on: true,
    });
    expect(given('{"confirm":"true"}')).toStrictEqual({ confirm: "true" });
    expect(given("")).toStrictEqual({});
    for (const value of ["a", "[]", "[{}]", "{", '"{}"', "null", null, undefined, 1, true, []])
      expect(given(value)).toBe(value);
  });

  test("is parsed once: a text of a text stays one", () => {
    const twice = JSON.stringify(JSON.stringify(object));
    expect(given(twice)).toBe(twice);
    expect(understood("data", twice)).toBe(twice);
  });

  test("a member called __proto__ is one like any other", () => {
    const text = '{"__proto__":{"confirm":true},"constructor":null}';
    expect(JSON.stringify(understood("data", text))).toBe(text);
    expect(JSON.stringify(given(text))).toBe(text);
    expect(JSON.stringify(given(JSON.parse(text)))).toBe(text);
    expect(JSON.stringify(understood("entries", [JSON.parse(text)]))).toBe(`[${text}]`);
  });

  test("what no stack could hold is parsed all the same, and never taken for a text", () => {
    const deep = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(typeof understood("data", deep)).toBe("object");
  });
});

describe("what clients add", () => {
  const added = ["sessionId", "action", "chatInput", "toolCallId", "task_progress"];

  test("is dropped and told, whatever it is", () => {
    for (const value of ["x", "", null, {}, [1]]) {
      const all = Object.fromEntries(added.map((name) => [name, value]));
      expect(leniently(shape, { id: "a", ...all })).toStrictEqual({ given: { id: "a" }, dropped: added });
      expect(leniently(shape, JSON.stringify({ ...all, id: "a" })).given).toStrictEqual({ id: "a" });
    }
  });

  test("is an argument where the tool has it", () => {
    const own = { action: z.enum(["block"]), task_progress: z.string().optional() };
    const written = { action: "", task_progress: "", chatInput: "" };
    expect(leniently(own, written)).toStrictEqual({ given: { action: "" }, dropped: ["chatInput"] });
  });

  test("is known by the very name", () => {
    const others = {
      sessionid: 1,
      session_id: 1,
      Action: 1,
      toString: 1,
      tool: 1,
      _meta: 1,
      taskProgress: 1,
    };
    expect(given(others)).toStrictEqual(others);
  });
});

test("what was written is left as it is", () => {
  const written = {
    id: "a",
    note: "",
    count: "1",
    entries: [{ id: "b", sender: null, count: "2" }],
    sessionId: 1,
  };
  const before = structuredClone(written);
  leniently(shape, written);
  expect(written).toStrictEqual(before);
});
