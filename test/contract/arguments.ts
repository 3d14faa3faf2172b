/**
 * One argument, worked out by hand from Sora's documentation, or of a job as it was agreed on. What stands here is for
 * values as they are meant: see meant.ts for how else they may be written.
 */
export interface ArgumentRow {
  /** Type and bounds as JSON Schema has them, for a list also the type of its entries; none if it may be any JSON. */
  readonly schema: {
    readonly type?: string;
    readonly entries?: string;
    readonly minimum?: number;
    readonly maximum?: number;
    readonly minItems?: number;
    readonly enum?: readonly string[];
  };
  /** Whether Sora takes this value; of a list, whether it takes the list, its entries aside. */
  readonly takes: (value: unknown) => boolean;
  /** At least five values that no tool takes, but for null and "" where the argument may be left out. */
  readonly wrong: readonly unknown[];
  /** Said of what must be meant: nothing else is taken for a value of its type. */
  readonly literal?: true;
}

const id: ArgumentRow = {
  schema: { type: "string" },
  takes(value) {
    if (typeof value !== "string" || !value.isWellFormed() || /[\0-\x1f\x7f-\x9f]/.test(value)) return false;
    const bytes = new TextEncoder().encode(value).length;
    return bytes >= 1 && bytes <= 255;
  },
  wrong: [null, 1, true, [], ["id"], {}, "", "a\u0000", "é".repeat(128), "\ud800"],
};

const object: ArgumentRow = {
  schema: { type: "object" },
  takes: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  wrong: [null, [], [{}], "", 1, true, "[]", "{", "{} {}", "{a:1}", '"{}"', '[{"a":1}]', "null", "text"],
};

const boolean: ArgumentRow = {
  schema: { type: "boolean" },
  takes: (value) => typeof value === "boolean",
  wrong: [null, 1, 0, [], {}, ["true"], "", "True", "FALSE", " true", "false\n", "1", "0", "yes", "null"],
};

const confirm: ArgumentRow = { ...boolean, wrong: [...boolean.wrong, "true", "false"], literal: true };

/** Whether a value is a text that holds JSON of more than one value: whether that or the text is meant cannot be told. */
function isJsonText(value: unknown, holds: (json: unknown) => boolean): boolean {
  const json = typeof value === "string" ? jsonIn(value) : undefined;
  return typeof json === "object" && json !== null && holds(json);
}

/** The JSON that a text holds; undefined if it is none. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const anyJson: ArgumentRow = {
  schema: {},
  takes: (value) => !isJsonText(value, () => true),
  wrong: ["{}", "[]", '{"a":1}', " [1]", '\n{"a":[{}]}\t', "[[[]]]"],
};

/** It may be any JSON, but clients are told that it is an object: what else it may be makes no sense. */
const objectAtBest: ArgumentRow = {
  schema: { type: "object" },
  takes: (value) => !isJsonText(value, Array.isArray),
  wrong: ["[]", " [1]", '[{"a":1}]', "[[]]\n", '["[]"]'],
};

function integer(
  bounds: { readonly minimum?: number; readonly maximum?: number },
  wrong: readonly unknown[],
): ArgumentRow {
  const { minimum = -Number.MAX_VALUE, maximum = Number.MAX_VALUE } = bounds;
  const takes = (value: unknown) =>
    Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
  return { schema: { type: "integer", ...bounds }, takes, wrong };
}

function oneOf(choices: readonly string[], wrong: readonly unknown[]): ArgumentRow {
  const takes = (value: unknown) => choices.some((choice) => choice === value);
  return { schema: { type: "string", enum: choices }, takes, wrong };
}

function listOf(
  entries: string,
  bounds: { readonly minItems?: number },
  wrong: readonly unknown[],
): ArgumentRow {
  const { minItems = 0 } = bounds;
  const takes = (value: unknown) => Array.isArray(value) && value.length >= minItems;
  return { schema: { type: "array", entries, ...bounds }, takes, wrong };
}

const text: ArgumentRow = {
  schema: { type: "string" },
  takes: (value) => typeof value === "string",
  wrong: [null, 1, true, [], {}],
};

const nodeName: ArgumentRow = {
  schema: { type: "string" },
  takes: (value) => typeof value === "string" && value !== "",
  wrong: [null, 1, true, [], ["node"], {}, ""],
};

/** Texts that are no integer as people write it, or not exactly one that there is. */
const noIntegers = [
  "",
  " 10",
  "10 ",
  "10\n",
  "+1",
  "1.5",
  "1.0",
  "0x1",
  "1e3",
  "1_0",
  "--1",
  "-",
  "١",
  "9007199254740993",
];

const seconds = integer({ minimum: 1, maximum: 86400 }, [
  ...[null, 0, -1, 86401, 1.5, true, [60], {}, "0", "-1", "86401", "soon"],
  ...noIntegers,
]);

const ridOrNone = oneOf(["none", "r0", "r1", "r2"], [null, "r3", "auto", "", 0, ["r0"], {}]);

/** Every argument of every tool, by its name; it means the same in all tools but those of `argumentsOfOneTool`. */
export const argumentRows: Readonly<Record<string, ArgumentRow>> = {
  channel_id: id,
  client_id: id,
  connection_id: id,
  session_id: id,
  recv_connection_id: id,
  send_connection_id: id,
  receiver_connection_id: id,
  sender_connection_id: id,
  group_id: text,
  role: oneOf(["sendrecv", "sendonly", "recvonly"], [null, "SENDRECV", "", "none", 1, ["sendrecv"], {}]),
  rid: oneOf(["r0", "r1", "r2"], [null, "none", "auto", "r3", 0, ["r0"], {}]),
  spotlight_focus_rid: ridOrNone,
  spotlight_unfocus_rid: ridOrNone,
  spotlight_number: integer({ minimum: 1, maximum: 8 }, [
    ...[null, 0, 9, -1, 1.5, true, [3], ["3"], {}, "0", "9", "-1"],
    ...noIntegers,
  ]),
  data: object,
  reason: object,
  metadata: objectAtBest,
  value: anyJson,
  key: text,
  push: boolean,
  local: boolean,
  blocked: boolean,
  action: oneOf(["block", "allow"], [null, "BLOCK", "mute", "", true, ["block"], {}]),
  rules: listOf("array", {}, [null, {}, "", "rules", 1, true, "{}", "[", '"[]"', "null"]),
  name: text,
  priority: integer({}, [null, 1.5, -0.5, "high", true, [1], {}, ...noIntegers]),
  version: text,
  expire_time: seconds,
  split_duration: seconds,
  split_only: boolean,
  format: oneOf(["webm", "mp4"], [null, "MP4", "mkv", "", 4, ["mp4"], {}]),
  mode: oneOf(
    ["normal", "block_new_session", "block_new_connection"],
    [null, "NORMAL", "block", "", 0, ["normal"], {}],
  ),
  include_all_known_nodes: boolean,
  target_node_name: nodeName,
  contact_node_name: nodeName,
  node_name_list: listOf("string", { minItems: 1 }, [
    null,
    [],
    {},
    "",
    "node",
    1,
    "[]",
    '{"0":"node"}',
    '"node"',
  ]),
  confirm,
  limit: integer({ minimum: 1, maximum: 500 }, [
    ...[null, 0, -1, 501, 1.5, true, [], "0", "-1", "501"],
    ...noIntegers,
  ]),
  offset: integer({ minimum: 0 }, [null, -1, 0.5, true, [], "-1", ...noIntegers]),
  types: listOf("string", { minItems: 1 }, [null, [], "inbound-rtp", {}, 1, "", "[]", "{}", '"codec"']),
  item_list: listOf("object", { minItems: 1 }, [null, [], {}, "", "[]", 1, "{}", "[{}", "item"]),
  cursor: text,
  until: oneOf(["change", "join", "leave"], [null, "JOIN", "left", "", 1, ["join"], {}]),
  timeout_s: integer({ minimum: 1, maximum: 50 }, [
    ...[null, 0, -1, 51, 1.5, true, [1], {}, "0", "-1", "51"],
    ...noIntegers,
  ]),
  mute_id: text,
};

/** What stands within an argument and is none itself: entries of a list by its name and `[]`, members by their own. */
export const memberRows: Readonly<Record<string, ArgumentRow>> = {
  "node_name_list[]": nodeName,
  "rules[]": listOf("object", {}, [null, {}, "rule", 1, true]),
  field: oneOf(["connection_id", "client_id", "kind"], [null, "role", "KIND", "", 1, ["kind"], {}]),
  operator: oneOf(["is_in", "is_not_in"], [null, "in", "IS_IN", "", 1, ["is_in"], {}]),
  values: listOf("string", {}, [null, {}, "audio", 1, true]),
};

/** The arguments that are another in one tool than in the rest, by tool and name. */
export const argumentsOfOneTool: Readonly<Record<string, ArgumentRow>> = {
  "sora_request_simulcast_rid.rid": ridOrNone,
  "sora_diagnose.limit": integer({ minimum: 1, maximum: 20 }, [
    ...[null, 0, -1, 21, 1.5, true, [], "0", "-1", "21"],
    ...noIntegers,
  ]),
  "sora_mute.kind": oneOf(["audio", "video", "both"], [null, "AUDIO", "all", "", 1, ["audio"], {}]),
  "sora_mute.reason": {
    schema: { type: "string" },
    takes: (value) => typeof value === "string" && value.length <= 500,
    wrong: [null, 1, true, [], {}, "x".repeat(501)],
  },
};

/** What an object that stands in a list is made of. */
export interface Members {
  readonly known: readonly string[];
  readonly required: readonly string[];
}

/** The objects that stand in lists, by the name of the list. */
export const entriesOf: Readonly<Record<string, Members>> = {
  item_list: {
    known: ["recv_connection_id", "send_connection_id", "spotlight_focus_rid", "spotlight_unfocus_rid"],
    required: ["recv_connection_id", "spotlight_focus_rid", "spotlight_unfocus_rid"],
  },
  "rules[]": { known: ["field", "operator", "values"], required: ["field", "operator", "values"] },
};

/** The row of an argument of a tool, or of what stands within one; none if there is no such thing. */
export function argumentRow(tool: string, name: string): ArgumentRow | undefined {
  return argumentsOfOneTool[`${tool}.${name}`] ?? argumentRows[name] ?? memberRows[name];
}
