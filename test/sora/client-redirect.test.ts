import { describe, expect, test } from "vitest";
import { closedPort } from "../support/raw-upstream.ts";
import { failureOf, kinds, soraAt } from "../support/sora.ts";
import { json, startUpstream, type Upstream } from "../support/upstream.ts";

// 307 and 308 are followed, three hops at most, with the same method and body; the key stays with the first origin.

const apiKey = "distinctive-key-of-redirects-0123456789";

/** Sends every request but those for /end to the next path: /1, /2 and so on. */
async function startChain(hops: number, status = 307): Promise<Upstream> {
  return startUpstream((request, response, raw) => {
    const at = Number(request.path.slice(1)) || 0;
    if (at === hops) json({ at })(request, response, raw);
    else response.writeHead(status, { location: `/${at + 1}` }).end("<p>moved</p>");
  });
}

test.each([307, 308])(
  "%i: up to three hops are followed, with the same method, body and headers",
  async (status) => {
    for (const kind of kinds) {
      const upstream = await startChain(3, status);
      const sora = soraAt(upstream.url, { apiKey, releaseChannel: "stable" });
      const body = { channel_id: "あ", data: { n: 1 } };
      expect(await sora[kind]({}, body)).toEqual({ at: 3 });
      expect(upstream.requests.map(({ path }) => path)).toEqual(["/", "/1", "/2", "/3"]);
      for (const { method, text, headers, target } of upstream.requests) {
        expect(method).toBe("POST");
        expect(text).toBe(JSON.stringify(body));
        expect(headers).toEqual(upstream.requests[0]?.headers);
        expect(headers.authorization).toBe(`Bearer ${apiKey}`);
        expect(target).toBe(upstream.requests[0]?.target);
      }
    }
  },
);

test("the fourth hop is an error, and a loop therefore ends", async () => {
  for (const kind of kinds) {
    const chain = await startChain(4);
    const loop = await startUpstream((_request, response) =>
      response.writeHead(308, { location: "/" }).end(),
    );
    for (const upstream of [chain, loop]) {
      const { code, message, details } = await failureOf(soraAt(upstream.url)[kind]());
      expect(code).toBe("bad_response");
      expect(message).toContain("more than 3 times in a row");
      expect(details.hint).toContain("SORA_API_URL");
      expect(upstream.requests).toHaveLength(4);
    }
  }
});

test("two origins that send each other the call end too", async () => {
  const one = await startUpstream();
  const other = await startUpstream((_request, response) =>
    response.writeHead(307, { location: one.url }).end(),
  );
  one.answer((_request, response) => response.writeHead(307, { location: other.url }).end());
  expect((await failureOf(soraAt(one.url).write())).code).toBe("bad_response");
  expect([one.requests.length, other.requests.length]).toEqual([2, 2]);
});

describe("the key", () => {
  test.each(kinds)(
    "goes to no other origin, not even to another port; back home a %s has it again",
    async (kind) => {
      const home = await startUpstream((request, response) => {
        if (request.path === "/") response.writeHead(307, { location: `${away.url}there?x=1` }).end();
        else response.end('{"home":true}');
      });
      const away = await startUpstream((_request, response) =>
        response.writeHead(307, { location: `${home.url}again` }).end(),
      );
      expect(await soraAt(home.url, { apiKey })[kind]()).toEqual({ home: true });
      expect(home.requests.map(({ headers }) => headers.authorization)).toEqual([
        `Bearer ${apiKey}`,
        `Bearer ${apiKey}`,
      ]);
      expect(away.requests).toHaveLength(1);
      expect(away.requests[0]?.path).toBe("/there?x=1");
      expect(away.requests[0]?.headers).not.toHaveProperty("authorization");
      expect(JSON.stringify(away.requests)).not.toContain(apiKey);
    },
  );

  test("the same host under another name is another origin", async () => {
    const upstream = await startUpstream((request, response) => {
      if (request.path === "/") {
        response.writeHead(307, { location: `http://localhost:${upstream.port}/there` }).end();
      } else response.end("{}");
    });
    await soraAt(upstream.url, { apiKey }).read();
    expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${apiKey}`,
      undefined,
    ]);
  });

  test("is not in the error of a redirect that is refused, though the Location holds it", async () => {
    const upstream = await startUpstream((_request, response) =>
      response.writeHead(307, { location: `http://${apiKey}@127.0.0.1:1/${apiKey}` }).end(apiKey),
    );
    const { message, details } = await failureOf(soraAt(upstream.url, { apiKey }).write());
    expect(message + JSON.stringify(details)).not.toContain(apiKey);
  });
});

test.each([
  { location: "there", from: "/a/b", reaches: "/a/there" },
  { location: "/there", from: "/a/b", reaches: "/there" },
  { location: "../there?x=%20y", from: "/a/b/c", reaches: "/a/there?x=%20y" },
  { location: "?x=1", from: "/a/b", reaches: "/a/b?x=1" },
  { location: "/there#part", from: "/a", reaches: "/there" },
])("the relative Location $location leads from $from to $reaches", async ({ location, from, reaches }) => {
  const upstream = await startUpstream((_request, response) => {
    if (upstream.requests.length === 1) response.writeHead(307, { location }).end();
    else response.end("{}");
  });
  await soraAt(new URL(from, upstream.url).href).write();
  expect(upstream.requests.map(({ path }) => path)).toEqual([from, reaches]);
});

test("a Location without a scheme keeps the scheme", async () => {
  const away = await startUpstream();
  const home = await startUpstream((_request, response) =>
    response.writeHead(307, { location: `//127.0.0.1:${away.port}/there` }).end(),
  );
  expect(await soraAt(home.url).write()).toEqual({});
  expect(away.requests[0]?.path).toBe("/there");
});

test.each([
  { name: "no Location", headers: [], says: "without saying where to" },
  { name: "an empty host", headers: ["location", "http://"], says: "without saying where to" },
  {
    name: "an impossible port",
    headers: ["location", "http://127.0.0.1:99999/"],
    says: "without saying where to",
  },
  { name: "two Locations", headers: ["location", "/a", "location", "/b"], says: "without saying where to" },
  { name: "a user name", headers: ["location", "http://user@127.0.0.1:1/"], says: "credentials" },
  { name: "a password", headers: ["location", "http://:secret@127.0.0.1:1/"], says: "credentials" },
  { name: "a file", headers: ["location", "file:///etc/hosts"], says: "less safe" },
  { name: "a data URL", headers: ["location", "data:application/json,{}"], says: "less safe" },
  { name: "a script", headers: ["location", "javascript:1"], says: "less safe" },
])("a redirect with $name is a bad_response, one request", async ({ headers, says }) => {
  const upstream = await startUpstream((_request, response) => response.writeHead(307, headers).end());
  const sora = soraAt(upstream.url);
  for (const kind of kinds) {
    const { code, message, details } = await failureOf(sora[kind]());
    expect(code).toBe("bad_response");
    expect(message).toContain(says);
    expect(message).not.toContain("secret");
    expect(details.status).toBe(307);
  }
  expect(upstream.requests).toHaveLength(2);
});

test.each([300, 301, 302, 303, 304, 305])("%i would lose the call: an error, one request", async (status) => {
  const upstream = await startUpstream((_request, response) =>
    response.writeHead(status, { location: "/there" }).end(),
  );
  const sora = soraAt(upstream.url);
  for (const kind of kinds) {
    const { code, message, details } = await failureOf(sora[kind]());
    expect(code).toBe("bad_response");
    expect(message).toContain(`(HTTP ${status}) in a way that would lose it`);
    expect(details.status).toBe(status);
  }
  expect(upstream.requests).toHaveLength(2);
});

test("a read whose redirect leads to a Sora that is busy is tried again from the start", async () => {
  const upstream = await startUpstream((request, response) => {
    if (request.path === "/") response.writeHead(307, { location: "/busy" }).end();
    else response.writeHead(503).end();
  });
  const sora = soraAt(upstream.url);
  expect((await failureOf(sora.read())).code).toBe("server_error");
  expect(upstream.requests).toHaveLength(6);
  expect((await failureOf(sora.write())).code).toBe("server_error");
  expect(upstream.requests).toHaveLength(8);
});

test.each([
  { name: "refused", location: async () => `http://127.0.0.1:${await closedPort()}/`, reads: 3 },
  { name: "not found", location: async () => `https://${"x".repeat(64)}.invalid/`, reads: 3 },
])("where a redirect leads is $name: a write is not sent to Sora again", async ({ location, reads }) => {
  for (const kind of kinds) {
    const to = await location();
    const upstream = await startUpstream((_request, response) =>
      response.writeHead(307, { location: to }).end(),
    );
    const { code, message } = await failureOf(soraAt(upstream.url)[kind]());
    expect(code).toBe("unreachable");
    expect(message).toContain("redirected to could not be reached");
    expect(upstream.requests).toHaveLength(kind === "read" ? reads : 1);
  }
});
