import { once } from "node:events";
import { expect, test } from "vitest";
import { expectInTime } from "../support/in-time.ts";
import { bearer, bytesOf, openConnection } from "../support/over-http.ts";
import { heldCall, servingHeldCalls } from "./holding-server.ts";

// Requests that come on one connection before the first of them is answered.

function requests(
  url: string,
  token: string | undefined,
  ids: readonly number[],
  last = "keep-alive",
): Buffer {
  const each = ids.map((id) => {
    const connection = id === ids.at(-1) ? last : "keep-alive";
    return bytesOf(url, { headers: { ...bearer(token), connection }, body: JSON.stringify(heldCall(id)) });
  });
  return Buffer.concat(each);
}

const upTo = (count: number) => Array.from({ length: count }, (_none, index) => index + 1);

test("may be 16: of more, none reaches Sora", async () => {
  const { url, tokens, upstream, release } = await servingHeldCalls();
  const { socket, text } = openConnection(url);
  socket.write(requests(url, tokens.alice, upTo(18)));
  await upstream.received(1);
  const releasing = setInterval(release, 10);
  const answered = () => text().match(/HTTP\/1\.1 \d+/g)?.length ?? 0;
  await expect.poll(answered).toBe(18);
  const statuses = text().match(/(?<=HTTP\/1\.1 )\d+/g);
  expect(statuses).toEqual([...upTo(16).map(() => "200"), "429", "429"]);
  expect(text()).toContain("Too many requests on one connection without an answer. Nothing was sent.");
  expect(upstream.requests.length).toBe(16);
  // Once they are answered, so are others.
  socket.write(requests(url, tokens.alice, [19], "close"));
  await expectInTime(once(socket, "close"), "the next is answered");
  clearInterval(releasing);
  expect(
    text()
      .match(/(?<=HTTP\/1\.1 )\d+/g)
      ?.at(-1),
  ).toBe("200");
});

test("all end when their client goes away, and nothing waits for them at the end", async () => {
  const { url, tokens, upstream, cut, stop, ended } = await servingHeldCalls();
  const { socket } = openConnection(url);
  socket.write(requests(url, tokens.alice, upTo(3)));
  await upstream.received(3);
  socket.destroy();
  await expect.poll(cut).toBe(3);
  stop("SIGINT");
  await expectInTime(ended, "it ends");
});
