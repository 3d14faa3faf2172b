import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import packageJson from "../package.json";
import { afterTest } from "./support/closing.ts";
import { closedPort } from "./support/raw-upstream.ts";

// The Dockerfile, as far as that can be seen without Docker.

const dockerfile = readFileSync("Dockerfile", "utf8");

test("the image is made of what reaches the builder, and of nothing else", () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = ""]) =>
    paths.split(" "),
  );
  const ignore = readFileSync(".dockerignore", "utf8");
  const sent = [...ignore.matchAll(/^!(.+)$/gm)].map(([, path = ""]) => path);
  expect([...new Set(copied)].sort()).toEqual(sent.sort());
  for (const path of sent) expect(existsSync(path), path).toBe(true);
  // Its files are modules because package.json says so.
  expect(packageJson.type).toBe("module");
  expect(ignore).toMatch(/^\*$/m);
});

test.skipIf(process.platform === "win32")(
  "the image's health check tells a server that answers from one that does not; over stdio there is nothing to check",
  async () => {
    const [, ...words]: string[] = JSON.parse(
      dockerfile.match(/^HEALTHCHECK .*\\\n\s+CMD (.+)/m)?.[1] ?? "[]",
    );
    const check = async (at: string) => {
      const [code] = await once(spawn(process.execPath, words, { env: { SORA_HTTP: at } }), "exit");
      return code;
    };
    let status = 200;
    const asked: unknown[] = [];
    const server = createServer(({ url }, response) => {
      asked.push(url);
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    afterTest(() => server.close());
    const { port } = server.address() as AddressInfo;
    expect(await check("")).toBe(0);
    expect(asked).toEqual([]);
    expect(await check(`0.0.0.0:${port}`)).toBe(0);
    status = 503;
    expect(await check(`0.0.0.0:${port}`)).toBe(1);
    expect(asked).toEqual(["/healthz", "/healthz"]);
    expect(await check(`0.0.0.0:${await closedPort()}`)).toBe(1);
  },
);
