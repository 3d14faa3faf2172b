import fc from "fast-check";

/** UTF-16 units of any kind: control characters, halves of surrogate pairs and all. */
const anyText = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);

/** Names that JavaScript, a language in between or this server could take for something of its own. */
const delicateNames = [
  "__proto__",
  "constructor",
  "prototype",
  "toJSON",
  "toString",
  "hasOwnProperty",
  "then",
  "length",
  "",
  "0",
  "10",
  "-1",
  "01",
  "1e3",
  "confirm",
  "limit",
  "offset",
  "types",
  "channel_id",
];
const anyName = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...delicateNames) }, anyText);

const anyNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
  fc.constantFrom(0, 5e-324, 1.7976931348623157e308, 0.1, 1e21, 123456789.12345679),
);

const { value, object } = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(fc.constantFrom(null, true, false), anyNumber, anyText),
    fc.array(tie("value"), { maxLength: 5 }),
    tie("object"),
  ),
  // Unlike an assignment, Object.fromEntries gives the object a member of its own named __proto__, as JSON.parse does.
  object: fc
    .array(fc.tuple(anyName, tie("value")), { maxLength: 5 })
    .map((members) => Object.fromEntries(members)),
}));

/** Any value that JSON can carry. */
export const anyJson = value;
/** Any object that JSON can carry. */
export const anyJsonObject = object;
