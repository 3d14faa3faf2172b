import { describe, expect, test } from "vitest";
import { toResult } from "../../src/mcp/result.ts";

const showing = { redact: (text: string) => text, isOver: () => false };

/** What comes first: other work that is ready to go on, or the result. */
async function firstOf(content: Record<string, unknown>): Promise<string> {
  const others = new Promise<string>((resolve) => setImmediate(() => resolve("other work")));
  return Promise.race([others, toResult(content, showing, false).then(() => "the result")]);
}

describe("the SDK writes a result once more", () => {
  test("a large one has to wait for other work", async () => {
    expect(await firstOf({ text: "x".repeat(200_000) })).toBe("other work");
  });

  test("a small one goes out at once", async () => {
    expect(await firstOf({ text: "x" })).toBe("the result");
  });
});

describe("a list that is too large for a message", () => {
  const page = (length: number) => ({
    sessions: Array.from({ length: 500 }, () => ({ a: "x".repeat(length) })),
  });

  test("what stands around its entries counts too", async () => {
    // The members by themselves take exactly what a message may have.
    const { structuredContent } = await toResult(page(9989), showing, false);
    const cut = JSON.stringify(structuredContent).match(/too large to show on this page/g);
    expect(cut).toHaveLength(1);
  });

  test("is not cut when there is no time left: what is cut then might be in nobody's way", async () => {
    const late = { ...showing, isOver: () => true };
    await expect(toResult(page(20_000), late, false)).rejects.toThrow("too large to pass on");
    expect((await toResult(page(100), late, false)).structuredContent).toEqual(page(100));
  });
});
