import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import manifest from "../manifest.json";
import japanese from "../mcpb-resources/ja-JP.json";
import packageJson from "../package.json";
import { type StdioSettingName, stdioSettings } from "../scripts/over-stdio.ts";
import { japaneseEndings, japaneseTools } from "../scripts/texts/japanese-tools.ts";
import { catalog } from "../src/mcp/catalog.ts";
import { loadConfig } from "../src/settings/load.ts";
import { allSettings, settings } from "../src/settings/settings.ts";
import { defaultToolsets } from "./contract/index.ts";
import { listedTools } from "./contract/releases.ts";
import { auditLines } from "./support/audit-file.ts";
import { startOf } from "./support/bundle-host.ts";
import { errorOf, overStdio } from "./support/session.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const { server, user_config } = manifest;
const fields = Object.keys(user_config);

const cloud = "https://api.sora-cloud.shiguredo.app/sora-api";

/** What a server lists of which only this is set: the form begins with Sora Cloud. */
function listed({ edition = "cloud", readOnly = false } = {}): string[] {
  return listedTools({ edition, toolsets: defaultToolsets, readOnly, channelsSet: false });
}

/** Starts the built server as an app would start it from the bundle. */
function started(filledIn: Record<string, string | number | boolean> = {}) {
  const { args, env } = startOf(manifest, ".", filledIn);
  return overStdio({ entry: args, env });
}

describe("the manifest tells the truth", () => {
  test("of the running server: its name, version, tools and descriptions", async () => {
    const { client } = await started();
    const { tools } = await client.listTools();
    expect(manifest.tools).toEqual(tools.map(({ name, description }) => ({ name, description })));
    expect(tools.map((tool) => tool.name)).toEqual(listed());
    const { name, title, version } = client.getServerVersion() ?? {};
    expect([manifest.name, manifest.display_name, manifest.version]).toEqual([name, title, version]);
    expect(manifest.version).toBe(packageJson.version);
  });

  test("that other settings bring other tools", async () => {
    const { client } = await started({ release: "labo" });
    const { tools } = await client.listTools();
    expect(tools.map((tool) => tool.name)).toEqual(listed({ edition: "labo" }));
    expect(tools.map((tool) => tool.name)).not.toEqual(listed());
    expect(manifest.tools_generated).toBe(true);
  });

  test("that there are prompts, whose texts the server makes", async () => {
    const { client } = await started();
    const { prompts } = await client.listPrompts();
    expect(prompts.length).toBeGreaterThan(0);
    expect([manifest.prompts_generated, "prompts" in manifest]).toEqual([true, false]);
  });

  test("of the files that it names", () => {
    expect(existsSync(server.entry_point)).toBe(true);
    expect(server.mcp_config.args).toEqual([`\${__dirname}/${server.entry_point}`]);
    const locale = (name: string) => manifest.localization.resources.replace(/\$\{locale\}/, name);
    expect(existsSync(locale("ja-JP"))).toBe(true);
    const icon = readFileSync(manifest.icon);
    expect(icon.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
    expect(icon.subarray(12, 16).toString()).toBe("IHDR");
    expect([icon.readUInt32BE(16), icon.readUInt32BE(20)]).toEqual([512, 512]);
    expect(icon.length).toBeLessThan(20_000);
  });

  test("of the settings: every variable is filled from a field of its own, and no other", () => {
    const { env } = server.mcp_config;
    // An app starts the server for one person and speaks with it over stdio.
    const forTeams = [
      "SORA_HTTP",
      "SORA_CALLERS",
      "SORA_HTTP_URL",
      "SORA_OAUTH_ISSUER",
      "SORA_METRICS",
      "SORA_TICKET_KEY",
      "SORA_TICKET_KEY_FILE",
    ];
    expect([...Object.keys(env), ...forTeams].sort()).toEqual(
      allSettings.map(({ variable }) => variable).sort(),
    );
    expect(Object.values(env)).toEqual(fields.map((field) => `\${user_config.${field}}`));
    for (const [variable, value] of Object.entries(env))
      expect(value).toBe(`\${user_config.${variable.slice("SORA_".length).toLowerCase()}}`);
  });

  test("of where it comes from, as package.json says", () => {
    expect(packageJson.repository.url).toBe(`git+${manifest.repository.url}.git`);
    expect([manifest.homepage, manifest.support]).toEqual([packageJson.homepage, packageJson.bugs.url]);
  });
});

describe("a person who installs the bundle", () => {
  test("need not fill in anything, and has only secrets masked", () => {
    const masked = Object.entries(user_config).filter(([, field]) => "sensitive" in field && field.sensitive);
    expect(masked.map(([name]) => name)).toEqual(["api_key"]);
    for (const field of Object.values(user_config)) expect(field.required).toBe(false);
  });

  test("is asked first for what everybody needs, and last for what hardly anybody does", () => {
    expect(fields).toEqual([
      "api_url",
      "api_key",
      "release",
      "sandbox",
      "read_only",
      "channels",
      "confirm",
      "max_affected",
      "max_destructive_per_hour",
      "toolsets",
      "audit_log",
      "api_key_file",
      "timeout_ms",
      "release_channel",
      "log_level",
    ]);
  });

  test("finds in the form what is in force when it is left alone", () => {
    const defaults = Object.entries(user_config).flatMap(([name, field]) =>
      "default" in field ? [[name, field.default]] : [],
    );
    expect(Object.fromEntries(defaults)).toEqual({
      api_url: cloud,
      release: "",
      sandbox: false,
      read_only: false,
      channels: "",
      confirm: "flag",
      toolsets: "default",
      timeout_ms: 10_000,
      release_channel: "",
      log_level: "warn",
    });
    const { env } = startOf(manifest, ".");
    const { problems, ...left } = loadConfig({ env, readFile: () => "" });
    const untouched = loadConfig({ env: { SORA_API_URL: cloud }, readFile: () => "" });
    expect(JSON.stringify(left)).toBe(JSON.stringify({ ...untouched, problems: undefined }));
    expect(left.apiUrl.href).toBe(cloud);
    expect(left.release).toBe("cloud");
    expect(problems.map(({ variable }) => variable)).toEqual(["SORA_API_KEY"]);
  });

  test("picks a folder for the audit log, as no picker of files offers one that is not there yet", async () => {
    expect(user_config.audit_log.type).toBe("directory");
    const folder = temporaryFolder();
    const { call } = await started({ sandbox: true, audit_log: folder });
    await call("sora_push_channel", { channel_id: "sora", data: { text: "hello" } });
    const name = user_config.audit_log.description.match(/[\w-]+\.jsonl/)?.[0] ?? "";
    expect(auditLines(join(folder, name))).toMatchObject([{ tool: "sora_push_channel", outcome: "done" }]);
  });

  test("reads of fields, not of variables and tools' kinds", () => {
    for (const { description } of Object.values(user_config))
      expect(description).not.toMatch(/SORA_|--|read tools/);
  });

  const placeholders = { ...server.mcp_config.env };
  const empty = Object.fromEntries(fields.map((field) => [field, ""]));
  const onCloud = ["cloud", "api.sora-cloud.shiguredo.app"] as const;
  const onLabo = ["labo", "sora-api.sora-labo.shiguredo.app"] as const;
  test.each([
    ["untouched fields", startOf(manifest, ".").env, ...onCloud],
    ["empty fields", startOf(manifest, ".", empty).env, ...onLabo],
    ["fields that an app leaves as placeholders", placeholders, ...onLabo],
  ] as const)(
    "gets a server with %s, which lists its tools and says what it needs",
    async (_fields, env, edition, host) => {
      const { client, call, stderr, close } = await overStdio({ env });
      expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(listed({ edition }));
      const { code, message } = errorOf(await call("sora_list_channel_connections", { channel_id: "sora" }));
      const needed = `${host} needs an API key: set SORA_API_KEY or SORA_API_KEY_FILE.`;
      expect([code, message]).toEqual(["not_configured", `Nothing was sent. ${needed}`]);
      await close();
      // And no warning.
      expect(stderr()).toBe(`sora-labo-mcp error: ${needed}\n`);
    },
  );

  test("can switch the sandbox on and all but reading off", async () => {
    const { client, call } = await started({ sandbox: true, read_only: true });
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(listed({ readOnly: true }));
    const { structuredContent } = await call("sora_list_channel_connections", { channel_id: "sora" });
    expect(structuredContent).toMatchObject({ channel_id: "sora", total: 5 });
  });

  const answers: Readonly<Record<StdioSettingName, string | number | boolean>> = {
    apiUrl: "http://127.0.0.1:3000/",
    apiKey: "a-key",
    apiKeyFile: "/home/someone/key",
    release: "2025.2",
    sandbox: true,
    readOnly: true,
    channels: "sora, lounge_*",
    confirm: "ask",
    maxAffected: 20,
    maxDestructivePerHour: 0,
    toolsets: "signaling, stats",
    auditLog: "/home/someone/sora audits",
    timeoutMs: 120_000,
    releaseChannel: "stable",
    logLevel: "info",
  };
  test.each(stdioSettings)("is understood in the field of %s", (name) => {
    const field = settings[name].variable.slice("SORA_".length).toLowerCase();
    const { env } = startOf(manifest, ".", { [field]: answers[name] });
    const config = loadConfig({ env, readFile: () => "key-of-the-file" });
    const untouched = loadConfig({ env: startOf(manifest, ".").env, readFile: () => "" });
    const others = config.problems.filter(({ variable }) => variable !== "SORA_API_KEY");
    expect([others, config.remarks, config.source(name)]).toEqual([[], [], "environment"]);
    const asked = name === "apiKeyFile" ? "apiKey" : name;
    expect(config[asked]).not.toEqual(untouched[asked]);
  });
});

describe("the Japanese of the bundle", () => {
  test("covers all that can be translated, tool by tool", () => {
    expect(japanese.tools.map(({ name }) => name)).toEqual(manifest.tools.map(({ name }) => name));
    const { description, long_description, tools } = japanese;
    for (const text of [description, long_description, ...tools.map((tool) => tool.description)]) {
      expect(text).toMatch(/[ぁ-ん]/);
      expect(text).toMatch(/。$/);
    }
  });

  test("has something to say wherever a description goes on, and nowhere else", () => {
    const goOn = catalog.filter(({ ending }) => ending !== undefined).map(({ operation }) => operation);
    expect(Object.keys(japaneseEndings)).toEqual(goOn);
  });

  /** What reads the same in every language: releases, names of APIs, settings and members, links. */
  const names = (text: string) =>
    text.match(
      /https?:[^)]+|[A-Z][a-z]+(?:[A-Z][a-z]+)+|\w+_\w+|20\d\d\.\d(?:\.\d)?|getStats\(\)|\btypes\b|\brids?\b|sora\.conf|Sora Cloud/g,
    );
  /** In any order, each once, and a plural as its singular: sentences are built otherwise. */
  const facts = (text: string) =>
    [...new Set(names(text)?.map((name) => name.replace(/^rids$/, "rid")))].sort();

  test("keeps the names, releases and links of every description", () => {
    for (const [index, { description }] of manifest.tools.entries()) {
      expect(facts(japanese.tools[index]?.description ?? "")).toEqual(facts(description));
    }
    expect(names(japanese.long_description)).toEqual(names(manifest.long_description));
  });

  test.each(catalog)("keeps those of $operation, and is a sentence", (entry) => {
    const { operation, ending, listed: tool } = entry;
    expect(facts(japaneseTools[operation])).toEqual(facts(tool.description));
    expect(facts(japaneseEndings[operation] ?? "")).toEqual(facts(ending?.text ?? ""));
    expect(japaneseTools[operation]).toMatch(/[ぁ-ん].*。$/);
  });

  const emphasized = (text: string) =>
    [...text.matchAll(/(?<!\*)\*([^*]+)\*(?!\*)/g)].map(([, title]) => title);

  test("points to the same fields, by the titles that they have", () => {
    const titles = Object.values(user_config).map(({ title }) => title);
    expect(titles).toEqual(expect.arrayContaining(emphasized(manifest.long_description)));
    expect(emphasized(japanese.long_description)).toEqual(emphasized(manifest.long_description));
  });
});
