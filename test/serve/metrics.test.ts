import { once } from "node:events";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { version } from "../../package.json";
import { contentType, Metrics } from "../../src/serve/metrics.ts";
import { serveMetrics } from "../../src/serve/metrics-server.ts";
import { afterTest } from "../support/closing.ts";
import { expectInTime } from "../support/in-time.ts";

interface Family {
  readonly help: string;
  readonly type: string;
  /** Values by the name of the sample and its labels, as JSON. */
  readonly samples: Map<string, number>;
}

const said = (name: string, labels: Record<string, string> = {}) => JSON.stringify([name, labels]);

/** Reads Prometheus' text format, and throws at whatever a scraper would not take. */
function parse(exposed: string): Map<string, Family> {
  if (!exposed.endsWith("\n")) throw new Error("the last line has no end");
  const families = new Map<string, Family>();
  let current: [string, Family] | undefined;
  let help: string[] = [];
  for (const line of exposed.slice(0, -1).split("\n")) {
    const [, keyword, about = "", rest = ""] = /^# (HELP|TYPE) (\w+) (.+)$/.exec(line) ?? [];
    if (keyword === "HELP") {
      help = [about, rest];
    } else if (keyword === "TYPE") {
      if (families.has(about) || help[0] !== about) throw new Error(`${about} comes twice or without help`);
      current = [about, { help: help[1] ?? "", type: rest, samples: new Map() }];
      families.set(...current);
    } else {
      const [, name = "", labels = "", value = ""] = /^(\w+?)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      if (!current || !endings(current[1].type).some((ending) => name === current?.[0] + ending))
        throw new Error(`out of place: ${line}`);
      if (!Number.isFinite(Number(value))) throw new Error(`no number: ${line}`);
      const sample = said(name, labelsIn(labels));
      if (current[1].samples.has(sample)) throw new Error(`twice: ${line}`);
      current[1].samples.set(sample, Number(value));
    }
  }
  return families;
}

function endings(type: string): string[] {
  return type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
}

function labelsIn(written: string): Record<string, string> {
  const labels: Record<string, string> = {};
  const rest = written.replace(/(\w+)="((?:[^"\\]|\\[\\n"])*)"(,|$)/g, (_all, name, value) => {
    labels[name] = value.replace(/\\(.)/g, (_both: string, one: string) => (one === "n" ? "\n" : one));
    return "";
  });
  if (rest !== "") throw new Error(`no labels: ${written}`);
  return labels;
}

/** All samples of a family; undefined where there is no such family. */
function samples(metrics: Metrics, name: string) {
  const family = parse(metrics.text()).get(`sora_labo_mcp_${name}`);
  return family && Object.fromEntries(family.samples);
}

const one = (name: string, value: number, labels?: Record<string, string>) => ({
  [said(`sora_labo_mcp_${name}`, labels)]: value,
});

function ended(metrics: Metrics, seconds: number, tool = "sora_mute", outcome = "done") {
  metrics.callStarted();
  metrics.callEnded({ tool, outcome, seconds });
}

describe("what is counted", () => {
  test("is there from the start: what has no labels at 0, and the version", () => {
    const families = parse(new Metrics().text());
    expect([...families].map(([name, { type }]) => `${name} ${type}`)).toEqual([
      "sora_labo_mcp_calls_total counter",
      "sora_labo_mcp_call_duration_seconds histogram",
      "sora_labo_mcp_calls_in_flight gauge",
      "sora_labo_mcp_http_responses_total counter",
      "sora_labo_mcp_refused_tokens_total counter",
      "sora_labo_mcp_audit_failures_total counter",
      "sora_labo_mcp_info gauge",
    ]);
    expect(samples(new Metrics(), "calls_total")).toEqual({});
    expect(samples(new Metrics(), "http_responses_total")).toEqual({});
    expect(samples(new Metrics(), "info")).toEqual(one("info", 1, { version }));
    for (const name of ["calls_in_flight", "refused_tokens_total", "audit_failures_total"])
      expect(samples(new Metrics(), name)).toEqual(one(name, 0));
    expect(Object.values(samples(new Metrics(), "call_duration_seconds") ?? {})).toEqual(Array(15).fill(0));
  });

  test("is each call by tool and outcome, and those under way", () => {
    const metrics = new Metrics();
    for (const _ of [1, 2, 3]) ended(metrics, 1);
    ended(metrics, 1, "sora_mute", "timeout");
    ended(metrics, 1, "sora_push_channel");
    metrics.callStarted();
    metrics.callStarted();
    expect(samples(metrics, "calls_total")).toEqual({
      ...one("calls_total", 3, { tool: "sora_mute", outcome: "done" }),
      ...one("calls_total", 1, { tool: "sora_mute", outcome: "timeout" }),
      ...one("calls_total", 1, { tool: "sora_push_channel", outcome: "done" }),
    });
    expect(samples(metrics, "calls_in_flight")).toEqual(one("calls_in_flight", 2));
  });

  test("is how long calls took: in every bucket that is at least so wide, one on the border too", () => {
    const metrics = new Metrics();
    for (const seconds of [0, 0.01, 0.011, 0.25, 60, 61]) ended(metrics, seconds);
    const bucket = (le: string, value: number) => one("call_duration_seconds_bucket", value, { le });
    expect(samples(metrics, "call_duration_seconds")).toEqual({
      ...bucket("0.01", 2),
      ...bucket("0.025", 3),
      ...bucket("0.05", 3),
      ...bucket("0.1", 3),
      ...bucket("0.25", 4),
      ...bucket("0.5", 4),
      ...bucket("1", 4),
      ...bucket("2.5", 4),
      ...bucket("5", 4),
      ...bucket("10", 4),
      ...bucket("30", 4),
      ...bucket("60", 5),
      ...bucket("+Inf", 6),
      ...one("call_duration_seconds_sum", 0 + 0.01 + 0.011 + 0.25 + 60 + 61),
      ...one("call_duration_seconds_count", 6),
    });
  });

  test("is each answer by its status, each refused token and each line that could not be written", () => {
    const metrics = new Metrics();
    for (const status of [200, 200, 401]) metrics.responded(status);
    metrics.refusedToken();
    for (const _ of [1, 2]) metrics.auditFailed();
    expect(samples(metrics, "http_responses_total")).toEqual({
      ...one("http_responses_total", 2, { status: "200" }),
      ...one("http_responses_total", 1, { status: "401" }),
    });
    expect(samples(metrics, "refused_tokens_total")).toEqual(one("refused_tokens_total", 1));
    expect(samples(metrics, "audit_failures_total")).toEqual(one("audit_failures_total", 2));
  });

  test("can have any text as a label", () => {
    const metrics = new Metrics();
    const tool = 'a"b\\n\nc\\"},{x="y';
    ended(metrics, 1, tool, "\\");
    ended(metrics, 1, tool, "\n");
    expect(samples(metrics, "calls_total")).toEqual({
      ...one("calls_total", 1, { tool, outcome: "\\" }),
      ...one("calls_total", 1, { tool, outcome: "\n" }),
    });
  });
});

const loopback = { host: "127.0.0.1", port: 0 };

async function served(metrics = new Metrics()) {
  const server = await serveMetrics(loopback, metrics);
  afterTest(() => server.close());
  return server;
}

interface AskedFor {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

async function ask(
  port: number,
  { path = "/metrics", method = "GET", headers = {} }: AskedFor = {},
): Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: string }> {
  const request = httpRequest({ host: loopback.host, port, path, method, headers, agent: false }).end();
  const [response] = await once(request, "response");
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

describe("the address for Prometheus", () => {
  test("answers with what is counted by then, whatever stands behind the path", async () => {
    const metrics = new Metrics();
    const { port } = await served(metrics);
    for (const path of ["/metrics", "/metrics?name=x"]) {
      metrics.refusedToken();
      const { status, headers, body } = await ask(port, { path });
      expect({ status, body }).toEqual({ status: 200, body: metrics.text() });
      expect(headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
    }
    const { headers, body } = await ask(port, { method: "HEAD" });
    expect(body).toBe("");
    expect(headers).toMatchObject({
      "content-type": contentType,
      "content-length": String(metrics.text().length),
    });
  });

  test.each([
    [404, { path: "/" }],
    [404, { path: "/mcp", method: "POST" }],
    [404, { path: "/metrics/" }],
    [405, { method: "POST" }],
    [405, { method: "OPTIONS" }],
    [403, { headers: { origin: "http://127.0.0.1" } }],
    [403, { headers: { origin: "null" }, method: "POST" }],
  ])("answers with %i, and nothing, when it is asked for %j", async (expected, asked) => {
    const { port } = await served();
    const { status, headers, body } = await ask(port, asked);
    expect({ status, body }).toEqual({ status: expected, body: "" });
    expect(headers.allow).toBe(expected === 405 ? "GET, HEAD" : undefined);
  });

  test("that is taken is told", async () => {
    const { port } = await served();
    await expect(serveMetrics({ ...loopback, port }, new Metrics())).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
  });

  test("ends all its connections at once: new ones, idle ones, and in the middle of a request", async () => {
    const { port, close } = await served();
    const sockets: Socket[] = [];
    for (const written of [
      "",
      "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /metrics HTTP/1.1\r\nHost:",
      "POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1234",
    ]) {
      const socket = connect(port, loopback.host);
      afterTest(() => socket.destroy());
      sockets.push(socket.on("error", () => {}));
      socket.write(written);
      await (written.endsWith("\r\n\r\n") ? once(socket, "data") : once(socket, "connect"));
    }
    const gone = sockets.map((socket) => new Promise((resolve) => socket.resume().on("close", resolve)));
    await expectInTime(Promise.all([close(), ...gone]), "all are closed");
    await expect(ask(port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await close();
  });
});
