import { z } from "zod";
import { jsonIn } from "../json.ts";

const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/;

// What a person is asked names an argument by its description up to the first semicolon or parenthesis.

/** An id of Sora: 1 to 255 bytes of UTF-8 without control characters. */
function id(description: string) {
  return z
    .string()
    .superRefine((value, context) => {
      const bytes = Buffer.byteLength(value);
      const problem =
        bytes === 0 || bytes > 255
          ? `must be 1 to 255 bytes of UTF-8, is ${bytes}`
          : controlCharacter.test(value)
            ? "must not hold control characters"
            : !value.isWellFormed()
              ? "must not hold half of a surrogate pair"
              : undefined;
      if (problem) context.addIssue({ code: z.ZodIssueCode.custom, message: problem });
    })
    .describe(description);
}

export const channel_id = id("Channel");
export const client_id = id("Client");
export const connection_id = id("Connection");
export const recv_connection_id = id("Viewer");
export const receiver_connection_id = recv_connection_id;
export const send_connection_id = id("Sender");
export const oneSender = id("Sender; default all").optional();
export const session_id = id("Session; another is refused").optional();

export const roles = ["sendrecv", "sendonly", "recvonly"] as const;
export const role = z.enum(roles).describe("Role");

export const rid = z.enum(["r0", "r1", "r2"]).describe("r0 is lowest");
const anyRid = z.enum(["none", "r0", "r1", "r2"]);
export const ridOrNone = anyRid.describe("r0 lowest; none: no video");
export const spotlight_focus_rid = anyRid.describe("While focused; none: no video");
export const spotlight_unfocus_rid = anyRid.describe("While not focused");

const jsonObject = z.record(z.unknown());
export const data = jsonObject.describe("For the clients");
export const reason = jsonObject.describe("For the webhook").optional();

/** Some clients hand JSON over as a text, and some applications keep such a text: it cannot be told what is meant. */
function isNoJsonText(value: unknown): boolean {
  return typeof value !== "string" || jsonIn(value, () => true) === undefined;
}

const jsonText = "is a text that holds JSON: give the object or list itself";

/** Any JSON value, null included; only its absence is an error. Each type is named: some clients take no other schema. */
export function anyJson(description: string) {
  const types = [
    z.record(z.unknown()),
    z.array(z.unknown()),
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
  ] as const;
  return z
    .union(types, { errorMap: () => ({ message: "is required" }) })
    .refine(isNoJsonText, jsonText)
    .describe(description);
}

/** Any JSON value, told to be an object, which is what it is good for; the text of one is taken for that object. */
export function objectAtBest(description: string) {
  return z
    .unknown()
    .refine((value) => value !== undefined, "is required")
    .refine(isNoJsonText, jsonText)
    .describe(description);
}

export const key = z.string().describe("Metadata key");
export const push = z.boolean().describe("Tell the clients").optional();

export const local = z.boolean().describe("Only this node").optional();
export const nodeName = z.string().refine((name) => name !== "", "must not be empty");

export const offset = z.number().int().min(0).describe("To skip").optional();
/** How many entries of a list to answer with, at most 500. */
export function limit(defaultLimit: number) {
  return z.number().int().min(1).max(500).describe("Page size").default(defaultLimit);
}
export const types = z.array(z.string()).min(1).describe("Such as media-source").optional();
