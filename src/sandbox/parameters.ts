import { isObject } from "../json.ts";
import { isInRelease, type Lifetime, type Release } from "../releases.ts";
import { refusal } from "./errors.ts";

type Path = readonly (string | number)[];

/** What a parameter may be: in JSON Schema, as the reports quote it, and as the check itself. */
export class Parameter<T> {
  /** What the check lets through: for the types alone, there is no such member. */
  declare readonly value: T;

  constructor(
    readonly schema: object,
    /** One fault for each rule that a value breaks, found as they are asked for: nobody reads millions of them. */
    readonly faults: (value: unknown, path: Path) => Iterable<object>,
    readonly required = true,
    /** Which releases know it. */
    readonly lifetime: Lifetime = { since: "2021.2" },
    /** What the others know in its place, if anything. */
    readonly otherwise?: Parameter<T>,
  ) {}
}

export type ParameterTable = Readonly<Record<string, Parameter<unknown>>>;

export type Values<P extends ParameterTable> = { readonly [Name in keyof P]: P[Name]["value"] };

/** One broken rule, in the form that Sora's JSON schema validation reports it. */
function fault(schema: object, error: string, data: unknown, path: Path): object {
  return { invalid: "data", schema, error, data, path };
}

/** A parameter of one value, judged by a function that names the broken rule. */
function single<T>(schema: object, brokenRule: (value: unknown) => string | false): Parameter<T> {
  return new Parameter(schema, (value, path) => {
    const error = brokenRule(value);
    return error ? [fault(schema, error, value, path)] : [];
  });
}

export const text = single<string>({ type: "string" }, (value) => typeof value !== "string" && "wrong_type");
export const flag = single<boolean>(
  { type: "boolean" },
  (value) => typeof value !== "boolean" && "wrong_type",
);
export const jsonObject = single<object>({ type: "object" }, (value) => !isObject(value) && "wrong_type");
export const anyJson = single<unknown>({}, () => false);

/** Channel, client and connection ids; the length counts bytes. */
export const id = single<string>({ type: "string", minLength: 1, maxLength: 255 }, (value) => {
  if (typeof value !== "string") return "wrong_type";
  const bytes = Buffer.byteLength(value);
  return (bytes === 0 || bytes > 255) && "wrong_length";
});

/** A whole number, limits included. */
export function integer(minimum: number, maximum: number): Parameter<number> {
  return single({ type: "integer", minimum, maximum }, (value) => {
    if (typeof value !== "number" || !Number.isInteger(value)) return "wrong_type";
    return (value < minimum || value > maximum) && "not_in_range";
  });
}

export function oneOf<const T extends string>(...allowed: readonly T[]): Parameter<T> {
  return single({ type: "string", enum: allowed }, (value) => {
    if (typeof value !== "string") return "wrong_type";
    return !allowed.some((entry) => entry === value) && "not_in_enum";
  });
}

export function optional<T>({ schema, faults }: Parameter<T>): Parameter<T | undefined> {
  return new Parameter(schema, faults, false);
}

/** What only some releases know; the others refuse it, unless they know it otherwise. To be put around `optional`. */
export function onlyIn<T>(
  lifetime: Lifetime,
  parameter: Parameter<T>,
  otherwise?: Parameter<T>,
): Parameter<T> {
  const { schema, faults, required } = parameter;
  return new Parameter(schema, faults, required, lifetime, otherwise);
}

/** A list, empty or not, of such entries. */
export function list<T>(entry: Parameter<T>): Parameter<readonly T[]> {
  const schema = { type: "array", items: entry.schema };
  return new Parameter(schema, function* (value, path) {
    if (!Array.isArray(value)) return yield fault(schema, "wrong_type", value, path);
    for (const [index, member] of value.entries()) yield* entry.faults(member, [...path, index]);
  });
}

/** An object with exactly these members: a whole body, or an entry of a list. */
export function members<P extends ParameterTable>(parameters: P): Parameter<Values<P>> {
  const entries = Object.entries(parameters);
  const schema = {
    type: "object",
    required: entries.filter(([, parameter]) => parameter.required).map(([name]) => name),
    properties: Object.fromEntries(entries.map(([name, parameter]) => [name, parameter.schema])),
    additionalProperties: false,
  };
  return new Parameter(schema, function* (value, path) {
    if (!isObject(value)) return yield fault(schema, "wrong_type", value, path);
    const faultAt = (name: string, error: string) => fault(schema, error, value, [...path, name]);
    for (const [name, parameter] of entries) {
      if (Object.hasOwn(value, name)) yield* parameter.faults(value[name], [...path, name]);
      else if (parameter.required) yield faultAt(name, "missing_required_property");
    }
    const extra = Object.keys(value).filter((name) => !Object.hasOwn(parameters, name));
    for (const name of extra) yield faultAt(name, "no_extra_properties_allowed");
  });
}

/** A whole body, as a release knows it. */
export function bodyIn<P extends ParameterTable>(release: Release, parameters: P): Parameter<Values<P>> {
  const known = Object.entries(parameters).flatMap(([name, parameter]) => {
    const found = isInRelease(release, parameter.lifetime) ? parameter : parameter.otherwise;
    return found ? [[name, found] as const] : [];
  });
  const { schema, faults } = members(Object.fromEntries(known));
  return new Parameter(schema, faults);
}

/** A fault may quote the whole body: with one for each of many values, the answer could not be written. */
const maxFaults = 10;

/** Throws `InvalidJSON` with a reason per fault, of the first faults. */
export function check<T>(parameter: Parameter<T>, value: unknown): asserts value is T {
  const faults = [];
  for (const fault of parameter.faults(value, [])) {
    faults.push(fault);
    if (faults.length === maxFaults) break;
  }
  if (faults.length > 0) throw refusal("InvalidJSON", faults);
}
