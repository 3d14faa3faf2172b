import { requestError } from "./errors.ts";

type Path = readonly (string | number)[];

/** One broken rule, in the form that Sora's JSON schema validation reports it. */
interface Fault {
  readonly invalid: "data";
  readonly schema: object;
  readonly error: string;
  readonly data: unknown;
  readonly path: Path;
}

/** What a parameter may be. */
export interface Parameter<T> {
  readonly schema: object;
  readonly required: boolean;
  /** Adds a fault for each rule that the value breaks; true when there is none. */
  accepts(value: unknown, path: Path, faults: Fault[]): value is T;
}

/** Parameters by name. */
export type ParameterTable = Readonly<Record<string, Parameter<unknown>>>;

/** The values that parameters let through. */
export type Values<P extends ParameterTable> = {
  readonly [Name in keyof P]: P[Name] extends Parameter<infer T> ? T : never;
};

/** A parameter of one value, judged by a function that names the broken rule. */
function single<T>(schema: object, brokenRule: (value: unknown) => string | undefined): Parameter<T> {
  return {
    schema,
    required: true,
    accepts(value, path, faults): value is T {
      const error = brokenRule(value);
      if (error !== undefined) faults.push({ invalid: "data", schema, error, data: value, path });
      return error === undefined;
    },
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Channel, client and connection ids; the length counts bytes. */
export const id = single<string>({ type: "string", minLength: 1, maxLength: 255 }, (value) => {
  if (typeof value !== "string") return "wrong_type";
  const bytes = Buffer.byteLength(value);
  return bytes === 0 || bytes > 255 ? "wrong_length" : undefined;
});

export const text = single<string>({ type: "string" }, (value) =>
  typeof value === "string" ? undefined : "wrong_type",
);

export const flag = single<boolean>({ type: "boolean" }, (value) =>
  typeof value === "boolean" ? undefined : "wrong_type",
);

export const jsonObject = single<Readonly<Record<string, unknown>>>({ type: "object" }, (value) =>
  isObject(value) ? undefined : "wrong_type",
);

export const anyJson = single<unknown>({}, () => undefined);

/** A whole number, limits included. */
export function integer(minimum: number, maximum: number): Parameter<number> {
  return single({ type: "integer", minimum, maximum }, (value) => {
    if (typeof value !== "number" || !Number.isInteger(value)) return "wrong_type";
    return value < minimum || value > maximum ? "not_in_range" : undefined;
  });
}

/** One of these words. */
export function oneOf<const T extends string>(...allowed: readonly T[]): Parameter<T> {
  return single({ type: "string", enum: allowed }, (value) => {
    if (typeof value !== "string") return "wrong_type";
    return allowed.some((entry) => entry === value) ? undefined : "not_in_enum";
  });
}

/** The same parameter, which may be absent. */
export function optional<T>(parameter: Parameter<T>): Parameter<T | undefined> {
  return { ...parameter, required: false };
}

/** A list, empty or not, of such entries. */
export function list<T>(entry: Parameter<T>): Parameter<readonly T[]> {
  const schema = { type: "array", items: entry.schema };
  return {
    schema,
    required: true,
    accepts(value, path, faults): value is readonly T[] {
      if (!Array.isArray(value)) {
        faults.push({ invalid: "data", schema, error: "wrong_type", data: value, path });
        return false;
      }
      return value.map((member, index) => entry.accepts(member, [...path, index], faults)).every(Boolean);
    },
  };
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
  return {
    schema,
    required: true,
    accepts(value, path, faults): value is Values<P> {
      const before = faults.length;
      const fault = (error: string, ...name: string[]) =>
        faults.push({ invalid: "data", schema, error, data: value, path: [...path, ...name] });
      if (!isObject(value)) {
        fault("wrong_type");
        return false;
      }
      for (const [name, parameter] of entries) {
        if (Object.hasOwn(value, name)) parameter.accepts(value[name], [...path, name], faults);
        else if (parameter.required) fault("missing_required_property", name);
      }
      for (const name of Object.keys(value)) {
        if (!Object.hasOwn(parameters, name)) fault("no_extra_properties_allowed", name);
      }
      return faults.length === before;
    },
  };
}

/** The value as the parameter describes it. Throws `InvalidJSON` with a reason per fault. */
export function checked<T>(parameter: Parameter<T>, value: unknown): T {
  const faults: Fault[] = [];
  if (parameter.accepts(value, [], faults)) return value;
  throw requestError("InvalidJSON", faults);
}
