import { expect } from "vitest";
import { type Answer, json } from "../support/upstream.ts";
import { says } from "./failing-answers.ts";

export const apiKey = 'distinctive-key/with+odd="signs\\and-0123456789';
export const authorization = `Bearer ${apiKey}`;

/** The key as JSON may also spell it. */
const escaped = [...apiKey]
  .map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)
  .join("");
const notKey = "distinctive-key";

/** Whether any part of the key that gives it away stands in a text, in any spelling. */
export function expectNoKey(text: string): void {
  expect(text).not.toContain(notKey);
  expect(text).not.toContain("0123456789");
  expect(text).not.toContain(escaped);
}

const soon = { "retry-after": "0" };

/** A hostile or careless endpoint sends the key back in every place that it can. */
export const echoes: [name: string, answer: Answer][] = [
  ["in a value", json({ echo: authorization })],
  ["as a value", json(apiKey)],
  ["in a list", json([{ connection_id: authorization, client_id: apiKey, role: "sendrecv" }])],
  ["as a member's name", json({ [authorization]: { [apiKey]: apiKey } })],
  ["among an entry's names", json([{ [apiKey]: 1, metadata: { deep: [{ deeper: apiKey }] } }])],
  ["escaped in JSON", says(200, `{"echo":"${escaped}","${escaped}":1}`)],
  ["twice in a row", json([`${apiKey}${apiKey}`])],
  ["behind a hidden character", json([`\u202e${apiKey}\u200b`])],
  ["in a text that is not JSON", says(200, authorization)],
  ["in a header", says(200, "[]", { "x-authorization": authorization, "set-cookie": `key=${apiKey}` })],
  ...[400, 401, 403, 404, 429, 500, 502].flatMap((status): [string, Answer][] => [
    [`in the error_type of a ${status}`, json({ error_type: authorization }, status, soon)],
    [`in the type of a ${status}`, json({ type: apiKey }, status, soon)],
    [
      `in the error_reason of a ${status}`,
      json({ error_type: "A", error_reason: { [apiKey]: [authorization] } }, status, soon),
    ],
    [`as the error_reason of a ${status}`, json({ error_reason: apiKey }, status, soon)],
    [`escaped in the error_type of a ${status}`, says(status, `{"error_type":"${escaped}"}`, soon)],
    [`in the web page of a ${status}`, says(status, `<pre>${authorization}</pre>`, soon)],
    [`in the Retry-After of a ${status}`, says(status, "", { "retry-after": authorization })],
  ]),
  ["in a Location that cannot be followed", says(301, apiKey, { location: `http://127.0.0.1/${apiKey}` })],
  [
    "in a Location with credentials",
    says(307, apiKey, { location: `http://u:${encodeURIComponent(apiKey)}@127.0.0.1/` }),
  ],
  ["in a Location that leads nowhere", says(307, apiKey, { location: `http://${notKey}:1:1/` })],
  ["as an encoding", says(200, "[]", { "content-encoding": notKey })],
  ["in an encoded body that is broken", says(200, apiKey, { "content-encoding": "gzip" })],
];
