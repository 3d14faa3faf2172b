import fc from "fast-check";
import { expect, test } from "vitest";
import { saidIn, sessionIdFor } from "../../src/serve/session-id.ts";

const clientIn = (id: string | undefined) => saidIn(id).client;
const text = fc.string({ unit: "binary", maxLength: 300, size: "max" });

test("a session id brings back what a client said of itself, cut to 100 characters, and fits into a header", () => {
  fc.assert(
    fc.property(text, text, (name, version) => {
      const id = sessionIdFor({ clientInfo: { name, version } });
      // Visible ASCII, as the transport has it; Node takes 16 kB of headers in all.
      expect(id).toMatch(/^[\x21-\x7e]{1,2000}$/);
      const cut = (said: string) => said.slice(0, 100).toWellFormed();
      expect(clientIn(id)).toEqual({ name: cut(name), version: cut(version) });
    }),
  );
});

test("two sessions of one client have ids of their own", () => {
  const client = { name: "a", version: "1" };
  const ids = Array.from({ length: 1000 }, () => sessionIdFor({ clientInfo: client }));
  expect(new Set(ids).size).toBe(1000);
});

test.each([undefined, null, "x", 5, [], {}, { name: null }, { title: "x" }])(
  "a client that says %j",
  (said) => {
    expect(clientIn(sessionIdFor({ clientInfo: said }))).toEqual({ name: "", version: "" });
  },
);

test("whatever else comes as a session id tells of nobody, and breaks nothing", () => {
  const part = (json: unknown) => `x.${Buffer.from(JSON.stringify(json)).toString("base64url")}`;
  const others = ["", ".", "..", "x", "x.", ".x", "x.%", part(null), part({}), part(["a"]), part(["a", 1])];
  for (const id of [undefined, ...others]) expect(clientIn(id), String(id)).toBeNull();
  fc.assert(
    fc.property(text, (id) => {
      const client = clientIn(id);
      expect(client === null || typeof client.name === "string").toBe(true);
    }),
  );
  fc.assert(
    fc.property(fc.json(), (json) => {
      const client = clientIn(`x.${Buffer.from(json).toString("base64url")}`);
      expect(client === null || Array.isArray(JSON.parse(json))).toBe(true);
    }),
  );
});

test.each([
  [{ extensions: { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html;profile=mcp-app"] } } }, true],
  [{ extensions: { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html"] } } }, false],
  [{ extensions: { "io.modelcontextprotocol/ui": {} } }, true],
  [{ extensions: { "io.modelcontextprotocol/ui": true } }, false],
  [{ extensions: {} }, false],
  [{}, false],
  [undefined, false],
])(
  "whether a client with the capabilities %j shows apps is known to later requests",
  (capabilities, shows) => {
    const id = sessionIdFor({ clientInfo: { name: "a", version: "1" }, capabilities });
    expect(saidIn(id)).toEqual({ client: { name: "a", version: "1" }, showsApps: shows });
  },
);
