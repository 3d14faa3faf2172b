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
