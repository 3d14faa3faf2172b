import { expect, test } from "vitest";
import { KeptKeys } from "../../src/callers/kept-keys.ts";

test("who asks for newer keys than some that were replaced meanwhile gets those, at any time", async () => {
  let loads = 0;
  const kept = new KeptKeys({ load: async () => ({ load: ++loads }), told() {}, now: () => 0 });
  const first = await kept.current();
  if (!first) throw new Error("no keys");
  expect(await kept.renewed(first)).toEqual({ load: 2 });
  expect(await kept.renewed(first)).toEqual({ load: 2 });
  const second = await kept.current();
  expect(second && (await kept.renewed(second))).toBe(second);
  expect(loads).toBe(2);
});

test("a fault of the program is thrown, not told as one of the issuer, and the next load is made all the same", async () => {
  const messages: string[] = [];
  const loads = [() => Promise.reject(new TypeError("x is undefined")), () => Promise.resolve("keys")];
  const kept = new KeptKeys({
    load: () => loads.shift()?.() ?? Promise.reject(new Error("a third load")),
    told: (message) => messages.push(message),
    now: () => 0,
  });
  await expect(kept.current()).rejects.toThrow("x is undefined");
  expect(await kept.current()).toBe("keys");
  expect(messages).toEqual([]);
});
