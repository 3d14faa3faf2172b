import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readKeyFile } from "../../src/settings/key-file.ts";
import { loadConfig } from "../../src/settings/load.ts";
import { load, messages, placeholder, told } from "../support/settings.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const own = { SORA_API_URL: "http://127.0.0.1:3000/" };
const preview = { ...own, SORA_CONFIRM: "preview" };
const overHttp = { ...own, SORA_HTTP: "127.0.0.1:8080", SORA_CALLERS: "callers.json" };
/** Those runs in which tickets are used: over HTTP a caller may be held to them. */
const used = [
  ["with SORA_CONFIRM=preview", preview],
  ["over HTTP", overHttp],
] as const;

const secret = "distinctive-ticket-key-012345678"; // 32 bytes
const short = secret.slice(1);
const mustBe = "SORA_TICKET_KEY must be a secret of 32 bytes or more";
const fileMustBe = "SORA_TICKET_KEY_FILE must be a readable file that holds a secret of 32 bytes or more";

describe.each(used)("%s", (_run, env) => {
  test.each([secret, `${secret}more`, ` ${secret}\n`, "語".repeat(11)])("%j will do", (given) => {
    const config = load({ env: { ...env, SORA_TICKET_KEY: given } });
    expect(config.ticketKey).toBe(given.trim());
    expect(told(config)).toBe("");
  });

  test.each([short, `${short} `, "語".repeat(10)])("%j is too short, and is not shown", (given) => {
    const config = load({ env: { ...env, SORA_TICKET_KEY: given } });
    expect(told(config)).toBe(`${mustBe}.`);
    expect(config.ticketKey).toBeUndefined();
    expect(JSON.stringify(config)).not.toContain(given.trim());
  });

  test("one that nobody filled in is not taken for none, of which each replica would make its own", () => {
    for (const variable of ["SORA_TICKET_KEY", "SORA_TICKET_KEY_FILE"]) {
      const config = load({ env: { ...env, [variable]: placeholder("TICKET_KEY") } });
      expect(messages(config)).toEqual([expect.stringContaining(`a \${...} was not filled in`)]);
    }
  });

  test("a file holds it, and the key itself wins over the file", () => {
    const files = { "/run/ticket": `\ufeff${secret}\n` };
    const fromFile = load({ env: { ...env, SORA_TICKET_KEY_FILE: "/run/ticket" }, files });
    expect([fromFile.ticketKey, told(fromFile)]).toEqual([secret, ""]);
    const other = "o".repeat(32);
    for (const path of ["/run/ticket", "/run/missing"]) {
      const both = load({ env: { ...env, SORA_TICKET_KEY: other, SORA_TICKET_KEY_FILE: path }, files });
      expect([both.ticketKey, told(both)]).toEqual([other, ""]);
    }
  });

  test("what is wrong with a file is told, with its path and without its content", () => {
    const folder = temporaryFolder();
    const path = join(folder, "ticket");
    const loaded = (SORA_TICKET_KEY_FILE: string) =>
      loadConfig({ env: { ...env, SORA_TICKET_KEY_FILE }, readFile: readKeyFile });
    for (const [content, fault] of [
      [Buffer.from(short), "it is shorter"],
      [Buffer.from([...Buffer.from(secret), 0xff, 0xfe]), "it is no text in UTF-8"],
    ] as const) {
      writeFileSync(path, content);
      expect(told(loaded(path))).toBe(`${fileMustBe}: ${fault}. It is ${JSON.stringify(path)}.`);
      expect(JSON.stringify(loaded(path))).not.toContain(short);
    }
    expect(told(loaded(folder))).toBe(`${fileMustBe}: it is a folder. It is ${JSON.stringify(folder)}.`);
    // It may be the key itself.
    expect(told(loaded(secret))).toBe(
      `${fileMustBe}: there is no such file; write its whole path (a key itself goes into SORA_TICKET_KEY).`,
    );
  });
});

test("where no tickets are used it cannot stop the run", () => {
  for (const given of [
    { SORA_TICKET_KEY: short },
    { SORA_TICKET_KEY: placeholder("TICKET_KEY") },
    { SORA_TICKET_KEY_FILE: "/run/missing" },
    { SORA_TICKETKEY: secret },
  ]) {
    for (const confirm of ["flag", "ask"]) {
      expect(told(load({ env: { ...own, ...given, SORA_CONFIRM: confirm } }))).toBe("");
    }
    expect(load({ env: { ...preview, ...given } }).problems).toHaveLength(1);
    // As a flag, too.
    expect(load({ env: { ...own, ...given }, flags: { confirm: "preview" } }).problems).toHaveLength(1);
  }
});
