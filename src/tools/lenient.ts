import { z } from "zod";
import { isObject, jsonIn } from "../json.ts";

/** What n8n and Cline put beside the arguments of every call. */
const addedByClients = new Set(["sessionId", "action", "chatInput", "toolCallId", "task_progress"]);

/** These have to be meant: nothing but `true` is taken for one. */
const mustBeMeant = new Set(["confirm", "proceed"]);

export interface Understood {
  /** The arguments as they are meant. */
  readonly given: unknown;
  /** The names of those that are nobody's here, but known to be added by clients. */
  readonly dropped: readonly string[];
}

/**
 * Arguments as clients write them, as their schema has them, where nothing can be lost by that: null and "" for what may be
 * left out are left out; decimal text becomes the integer, "true" and "false" the boolean, JSON text the object or list,
 * where only such a value fits. All else stays as it is, and is for the schema to judge.
 */
export function leniently(shape: z.ZodRawShape, written: unknown): Understood {
  const all = written === "" ? {} : parsed(written, isObject);
  if (!isObject(all)) return { given: all, dropped: [] };
  const dropped = Object.keys(all).filter((name) => addedByClients.has(name) && !Object.hasOwn(shape, name));
  const others = Object.entries(all).filter(([name]) => !dropped.includes(name));
  return { given: members(shape, Object.fromEntries(others)), dropped };
}

function members(shape: z.ZodRawShape, written: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(written).flatMap(([name, value]) => {
      const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
      if (field === undefined) return [[name, value]];
      if ((value === null || value === "") && field.isOptional()) return [];
      return [[name, mustBeMeant.has(name) ? value : meant(value, inner(field))]];
    }),
  );
}

/** A value as a field of that type has it. */
function meant(value: unknown, type: z.ZodTypeAny): unknown {
  if (type instanceof z.ZodNumber) return type.isInt ? integerIn(value) : value;
  if (type instanceof z.ZodBoolean) return value === "true" ? true : value === "false" ? false : value;
  if (type instanceof z.ZodRecord || type instanceof z.ZodUnknown) return parsed(value, isObject);
  if (type instanceof z.ZodObject) {
    const object = parsed(value, isObject);
    return isObject(object) ? members(type.shape, object) : object;
  }
  if (type instanceof z.ZodArray) {
    const list = parsed(value, Array.isArray);
    return Array.isArray(list) ? list.map((entry) => meant(entry, inner(type.element))) : list;
  }
  return value;
}

/** What stands within what may be left out, has a default or is checked further. */
function inner(field: z.ZodTypeAny): z.ZodTypeAny {
  if (field instanceof z.ZodOptional) return inner(field.unwrap());
  if (field instanceof z.ZodDefault) return inner(field.removeDefault());
  if (field instanceof z.ZodEffects) return inner(field.innerType());
  return field;
}

function integerIn(value: unknown): unknown {
  if (typeof value !== "string" || !/^-?\d{1,16}$/.test(value)) return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function parsed(value: unknown, fits: (json: unknown) => boolean): unknown {
  return typeof value === "string" ? (jsonIn(value, fits) ?? value) : value;
}
