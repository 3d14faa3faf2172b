/** One argument, worked out by hand from Sora's documentation. It means the same wherever it stands. */
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
  /** At least five values that no tool takes; of an argument that may be any JSON, none. */
  readonly wrong: readonly unknown[];
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
  wrong: [null, [], [{}], "{}", "", 1, true],
};

const boolean: ArgumentRow = {
  schema: { type: "boolean" },
  takes: (value) => typeof value === "boolean",
  wrong: [null, "true", "false", 1, 0, [], {}],
};

const anyJson: ArgumentRow = { schema: {}, takes: () => true, wrong: [] };

function integer(
  bounds: { readonly minimum: number; readonly maximum?: number },
  wrong: readonly unknown[],
): ArgumentRow {
  const { minimum, maximum = Number.MAX_VALUE } = bounds;
  const takes = (value: unknown) =>
    Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
  return { schema: { type: "integer", ...bounds }, takes, wrong };
}

function oneOf(choices: readonly string[], wrong: readonly unknown[]): ArgumentRow {
  const takes = (value: unknown) => choices.some((choice) => choice === value);
  return { schema: { type: "string", enum: choices }, takes, wrong };
}

function listOf(entries: string, wrong: readonly unknown[]): ArgumentRow {
  const takes = (value: unknown) => Array.isArray(value) && value.length > 0;
  return { schema: { type: "array", entries, minItems: 1 }, takes, wrong };
}

const spotlightRid = oneOf(["none", "r0", "r1", "r2"], [null, "r3", "auto", "", 0, ["r0"], {}]);

/** Every argument of every tool. */
export const argumentRows: Readonly<Record<string, ArgumentRow>> = {
  channel_id: id,
  client_id: id,
  connection_id: id,
  recv_connection_id: id,
  send_connection_id: id,
  role: oneOf(["sendrecv", "sendonly", "recvonly"], [null, "SENDRECV", "", "none", 1, ["sendrecv"], {}]),
  rid: oneOf(["r0", "r1", "r2"], [null, "none", "auto", "r3", 0, ["r0"], {}]),
  spotlight_focus_rid: spotlightRid,
  spotlight_unfocus_rid: spotlightRid,
  spotlight_number: integer({ minimum: 1, maximum: 8 }, [null, 0, 9, -1, 1.5, "3", true, [3], {}]),
  data: object,
  reason: object,
  metadata: anyJson,
  value: anyJson,
  key: {
    schema: { type: "string" },
    takes: (value) => typeof value === "string",
    wrong: [null, 1, true, [], {}],
  },
  push: boolean,
  confirm: boolean,
  limit: integer({ minimum: 1, maximum: 500 }, [null, 0, -1, 501, 1.5, "10", true, []]),
  offset: integer({ minimum: 0 }, [null, -1, 0.5, "0", true, []]),
  types: listOf("string", [null, [], "inbound-rtp", {}, 1]),
  item_list: listOf("object", [null, [], {}, "[]", 1]),
};
