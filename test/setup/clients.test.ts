import { describe, expect, test } from "vitest";
import { clients, isClient } from "../../src/setup/clients.ts";
import { expected } from "./expected.ts";
import { hostile, machines } from "./machines.ts";
import { snippetsOf, tomlTables } from "./read-back.ts";
import { run, told } from "./run-setup.ts";

const names = Object.keys(clients).filter(isClient);
const soraCloud = "https://api.sora-cloud.shiguredo.app/sora-api";

const everywhere = [...Object.values(machines), ...hostile];

describe.each(names)("%s", (client) => {
  const { key: keptKey } = expected[client];

  test.each(everywhere)("starts the simulated Sora on $platform, from $script", (machine) => {
    for (const server of told(client, ["--sandbox"], machine)) {
      expect(server).toEqual({ command: machine.node, args: [machine.script, "--sandbox"], env: {} });
    }
  });

  test.each(everywhere)(
    "is for Sora Cloud unless it is told otherwise, on $platform from $home",
    (machine) => {
      const file = `${machine.home}${machine.platform === "win32" ? "\\" : "/"}sora-api-key.txt`;
      const key = keptKey === undefined ? { SORA_API_KEY_FILE: file } : { SORA_API_KEY: keptKey };
      for (const server of told(client, [], machine)) {
        expect(server).toEqual({
          command: machine.node,
          args: [machine.script],
          env: { SORA_API_URL: soraCloud, ...key },
        });
      }
      const { stdout } = run([client], machine);
      expect(stdout).toContain(
        keptKey === undefined ? `into the file ${file}.` : `${clients[client].title} asks for the API key`,
      );
      expect(stdout.includes("chmod 600")).toBe(keptKey === undefined && machine.platform !== "win32");
    },
  );

  test("carries over the flags that it is given, in the order of the settings", () => {
    const words = ["--confirm", "preview", "--api-url=http://127.0.0.1:3000/", "--release", "2025.2"];
    const more = ["--channels", "team 'a'*,端末", "--no-read-only", "--audit-log", "logs/a b.jsonl"];
    for (const { args, env } of told(client, [...words, ...more], machines.darwin)) {
      expect(args).toEqual([
        machines.darwin.script,
        "--api-url=http://127.0.0.1:3000/",
        "--release=2025.2",
        "--no-read-only",
        "--channels=team 'a'*,端末",
        "--confirm=preview",
        "--audit-log=/srv/logs/a b.jsonl",
      ]);
      expect(env).toEqual({});
    }
  });

  test("names a key where a flag names a Sora that wants one", () => {
    for (const { args, env } of told(
      client,
      ["--api-url=https://sora-api.sora-labo.shiguredo.app/"],
      machines.linux,
    )) {
      expect(args).toEqual([machines.linux.script, "--api-url=https://sora-api.sora-labo.shiguredo.app/"]);
      expect(Object.keys(env)).toEqual([keptKey === undefined ? "SORA_API_KEY_FILE" : "SORA_API_KEY"]);
    }
  });
});

test("a flag that says nothing is left out", () => {
  expect(told("cursor", ["--sandbox", "--channels=", "--api-url", ""], machines.linux)[0]?.args).toEqual([
    machines.linux.script,
    "--sandbox",
  ]);
});

test("a file on the command line gets its whole path, as the machine writes paths", () => {
  const log = (file: string) => told("cursor", ["--audit-log", file], machines.win32)[0]?.args.at(-1);
  expect(log("audit.jsonl")).toBe("--audit-log=D:\\work\\audit.jsonl");
  expect(log("E:\\a\\audit.jsonl")).toBe("--audit-log=E:\\a\\audit.jsonl");
});

describe.each(names)("%s, as it was known and tried", (client) => {
  const { files = {}, line, settings } = expected[client];

  test("finds its file where it looks for it", () => {
    const given = Object.values(machines).flatMap((machine) => {
      const file = files[machine.platform];
      return file === undefined ? [] : [{ file, machine }];
    });
    for (const { file, machine } of given) {
      const places = snippetsOf(run([client], machine).stdout).map(({ where }) => where);
      expect(places.some((where) => where.includes(` ${file}`))).toBe(true);
    }
    const places = snippetsOf(run([client]).stdout).map(({ where }) => where);
    expect(places.some((where) => /^(In|Or in) \//.test(where))).toBe(given.length > 0);
  });

  test("takes the line for a terminal", () => {
    const [first] = snippetsOf(run([client, "--sandbox"]).stdout);
    expect(first?.where.startsWith("In a terminal")).toBe(line !== undefined);
    if (line !== undefined) expect(first?.text).toBe(line);
  });

  test("takes the settings in JSON", () => {
    const text = snippetsOf(run([client, "--sandbox"]).stdout).at(-1)?.text ?? "";
    expect(text.startsWith("{")).toBe(settings !== undefined);
    if (settings !== undefined) expect(JSON.parse(text)).toEqual(settings);
  });
});

test("VS Code asks for the key as a password, and only where one is needed", () => {
  const settings = (words: string[]) =>
    JSON.parse(snippetsOf(run(["vscode", ...words]).stdout)[0]?.text ?? "");
  expect(settings([]).inputs).toEqual([
    { type: "promptString", id: "sora-api-key", description: "Sora API key", password: true },
  ]);
  expect(settings(["--sandbox"])).not.toHaveProperty("inputs");
});

test("Codex: what opens every call, and what makes it wait, is for the operator to switch on", () => {
  const toml = snippetsOf(run(["codex"]).stdout)[1]?.text ?? "";
  const on = toml.replace(/^# (?=[a-z_]+ = )/gm, "").replace("required = true", 'required = "true"');
  expect(tomlTables(on)["mcp_servers.sora"]).toMatchObject({
    default_tools_approval_mode: "approve",
    required: "true",
  });
  expect(tomlTables(toml)["mcp_servers.sora"]).not.toHaveProperty("required");
});
