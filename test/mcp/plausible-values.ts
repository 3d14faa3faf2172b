import fc from "fast-check";
import { anyJson } from "../support/any-json.ts";

/** Values near the border between right and wrong. */
export const plausible = fc.oneof(
  fc.constantFrom<unknown>(
    "",
    "a",
    "é".repeat(127),
    "é".repeat(128),
    "a\n",
    "\ud83d",
    "none",
    "r0",
    "r3",
    "sendonly",
    "both",
    "join",
    "x".repeat(500),
    "x".repeat(501),
    "{}",
    "[]",
    ' {"a":[1]}\n',
    '["codec"]',
    "[1]",
    '[{"recv_connection_id":"r","spotlight_focus_rid":"r0","spotlight_unfocus_rid":"none"}]',
    '[[{"field":"kind","operator":"is_in","values":["audio"]}]]',
    '[[{"field":"kind","operator":"is_in","values":[1]}],1]',
    "{}]",
    "[",
    '"a"',
    "null",
  ),
  fc.constantFrom<unknown>(
    0,
    1,
    8,
    9,
    500,
    501,
    20,
    21,
    50,
    51,
    1.5,
    -1,
    true,
    false,
    null,
    "true",
    "false",
    "True",
    "0",
    "1",
    "9",
    "20",
    "21",
    "501",
    "-1",
    "1.5",
    " 1",
    "1e0",
    "0x1",
    "9007199254740991",
    "9007199254740992",
    ["{}", '[{"field":"client_id","operator":"is_not_in","values":"[]"}]'],
    [['{"field":"kind","operator":"is_in","values":"[\\"audio\\"]"}', "{}"]],
    [
      '{"recv_connection_id":"r","send_connection_id":null,"spotlight_focus_rid":"r0","spotlight_unfocus_rid":"r1"}',
    ],
    [],
    {},
    [""],
    [1],
    [{}],
  ),
  fc.array(fc.oneof(fc.constantFrom("codec", 1, null), anyJson), { maxLength: 3 }),
  fc.array(
    fc.record(
      {
        recv_connection_id: fc.constantFrom("r", "", 1),
        send_connection_id: fc.constantFrom("s", "", null, 1),
        spotlight_focus_rid: fc.constantFrom("none", "r2", "r3"),
        spotlight_unfocus_rid: fc.constantFrom("r0", 0),
        focus: fc.constant(1),
      },
      { requiredKeys: [] },
    ),
    { maxLength: 8 },
  ),
  fc.array(
    fc.array(
      fc.record(
        {
          field: fc.constantFrom("kind", "client_id", "role"),
          operator: fc.constantFrom("is_in", "is", 1),
          values: fc.constantFrom<unknown>([], ["audio"], "audio", '["audio"]', [1], null),
          value: fc.constant(1),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 3 },
    ),
    { maxLength: 3 },
  ),
  anyJson,
);

/** Entries that are right, in the ways in which they may be written. */
export const rightEntries = fc.array(
  fc
    .record(
      {
        recv_connection_id: fc.constant("r"),
        send_connection_id: fc.constantFrom("s", "", null),
        spotlight_focus_rid: fc.constant("none"),
        spotlight_unfocus_rid: fc.constant("r2"),
      },
      { requiredKeys: ["recv_connection_id", "spotlight_focus_rid", "spotlight_unfocus_rid"] },
    )
    .chain((entry) => fc.constantFrom<unknown>(entry, JSON.stringify(entry))),
  { minLength: 1, maxLength: 3 },
);
