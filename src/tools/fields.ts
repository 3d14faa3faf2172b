import { z } from "zod";
import { roles } from "./tool.ts";

const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/;

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

export const channelId = id("Channel id");
export const clientId = id("Client id");
export const connectionId = id("Connection id");
export const receiverId = id("Connection id of the viewer");
export const senderId = id("Connection id of the sender");
export const oneSenderId = id("Connection id of one sender; default all").optional();

export const role = z.enum(roles).describe("Role");

export const rid = z.enum(["r0", "r1", "r2"]).describe("Simulcast rid, r0 is lowest");
const spotlightRid = z.enum(["none", "r0", "r1", "r2"]);
export const focusRid = spotlightRid.describe("rid while focused; none: no video");
export const unfocusRid = spotlightRid.describe("rid while not focused");

const jsonObject = z.record(z.unknown());
export const pushData = jsonObject.describe("JSON object for the clients");
export const reason = jsonObject.describe("JSON object for the event webhook").optional();

/** Any JSON value, null included; only its absence is an error. */
export function anyJson(description: string) {
  return z
    .unknown()
    .refine((value) => value !== undefined, "is required")
    .describe(description);
}

export const metadataKey = z.string().describe("Metadata key");
export const pushChange = z.boolean().describe("Also push the change to clients").optional();

export const confirm = z.boolean().describe("true: do it; else preview").optional();

export const offset = z.number().int().min(0).describe("Entries to skip").optional();
/** How many entries of a list to answer with, at most 500. */
export function limit(defaultLimit: number) {
  return z.number().int().min(1).max(500).describe("Entries per answer").default(defaultLimit);
}
export const statsTypes = z
  .array(z.string())
  .min(1)
  .describe("Keep only these types, e.g. media-source")
  .optional();
