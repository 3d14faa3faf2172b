import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadConfig } from "../src/settings/load.ts";
import { allSettings, timeoutRange } from "../src/settings/settings.ts";
import { sha256 } from "./support/audit-file.ts";
import { startRaw } from "./support/raw-server.ts";

// What is shipped for containers and balancers, held against the server and against each other. That balancers do with it
// what they should is tried by test/replicas.

const read = (file: string) => readFileSync(file, "utf8");
const dockerfile = read("Dockerfile");
const compose = read("deploy/compose.yaml");
const kubernetes = read("deploy/kubernetes.yaml");
const nginx = read("deploy/nginx.conf");
const haproxy = read("deploy/haproxy.cfg");
const files = { dockerfile, compose, kubernetes, nginx, haproxy };

const withoutComments = (text: string) => text.replaceAll(/^\s*#.*\n/gm, "");
/** All that a pattern's group finds in a text. */
const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, group = ""]) => group);

/** The settings of the demo's replicas and of a pod, by their variables. */
const ofReplica = variables(compose.slice(0, compose.indexOf("\nservices:")), /^ {2}(SORA_\w+): (.+)$/gm);
const ofPod = variables(kubernetes, /- name: (SORA_\w+)\n\s+value: (.+)$/gm);

function variables(text: string, pattern: RegExp): Record<string, string> {
  const pairs = [...text.matchAll(pattern)].map(([, name = "", value = ""]) => [
    name,
    value.replaceAll('"', ""),
  ]);
  return Object.fromEntries(pairs);
}

describe("settings", () => {
  test.each(Object.entries(files))("%s names only those that there are", (_name, text) => {
    const known = allSettings.map(({ variable }) => variable);
    expect(found(text, /\b(SORA_[A-Z_]+)/g).filter((name) => !known.includes(name))).toEqual([]);
  });

  test.each([
    ["the demo's replicas", { ...ofReplica, SORA_HTTP: "0.0.0.0:8081" }],
    ["a pod", ofPod],
  ])("those of %s are understood, and none is without effect", (_name, env) => {
    expect(Object.keys(env).length).toBeGreaterThan(7);
    const secret = "a".repeat(32);
    const { problems, remarks } = loadConfig({ env, readFile: () => secret });
    expect({ problems, remarks }).toEqual({ problems: [], remarks: [] });
  });
});

describe("no secret", () => {
  test("but the demo's, which says that it is one", () => {
    const token = compose.match(/Bearer ([^"]+)"/)?.[1] ?? "";
    expect(token).toMatch(/^demo-/);
    expect(JSON.parse(read("deploy/demo/callers.json"))).toEqual({
      callers: [{ name: "demo", token_sha256: sha256(token) }],
    });
    expect(ofReplica.SORA_TICKET_KEY).toMatch(/^demo-/);
    expect(ofReplica.SORA_API_URL).toBe("http://127.0.0.1:3000/");
    expect(compose).toContain("A DEMO");
  });

  test("stands in kubernetes.yaml: it comes from files of a Secret made elsewhere", () => {
    expect(withoutComments(kubernetes)).not.toMatch(/kind: Secret\b|stringData:|subPath:/);
    for (const variable of allSettings.filter(({ secret }) => secret).map((one) => one.variable)) {
      expect(ofPod).not.toHaveProperty(variable);
    }
    const folder = found(kubernetes, /mountPath: (.+)/g);
    expect(folder).toHaveLength(1);
    const inFolder = Object.values(ofPod).filter((value) => value.startsWith(`${folder[0]}/`));
    const made = found(kubernetes, /--from-(?:file|literal)=([\w.-]+)/g);
    expect(inFolder.map((path) => path.slice(`${folder[0]}/`.length)).sort()).toEqual(made.sort());
  });
});

describe("ports and names", () => {
  test("the image listens where it says", () => {
    const ports = dockerfile.match(/^EXPOSE (.+)$/m)?.[1]?.split(" ");
    expect(ports).toEqual(["8080", "9090"]);
    expect(dockerfile).toMatch(/^ENV SORA_HTTP=0\.0\.0\.0:8080$/m);
    expect([ofPod.SORA_HTTP, ofPod.SORA_METRICS]).toEqual(ports?.map((port) => `0.0.0.0:${port}`));
    expect(found(kubernetes, /containerPort: (\d+)/g)).toEqual(ports);
    expect(kubernetes).toContain('prometheus.io/port: "9090"');
  });

  test("balancers find the demo's replicas, and clients the balancer", () => {
    const names = compose.match(/aliases: \[(.+)\]/)?.[1]?.split(", ") ?? [];
    const listening = found(compose, /SORA_HTTP: 0\.0\.0\.0:(\d+)/g);
    const replicas = names.map((name, at) => `${name}:${listening[at]}`);
    expect(replicas).toHaveLength(2);
    expect(found(nginx, /^\s+server ([\w-]+:\d+);/gm)).toEqual(replicas);
    expect(found(haproxy, /^\s+server [\w-]+ ([\w-]+:\d+)/gm)).toEqual(replicas);
    expect(found(compose, /ports: \["(.+)"\]/g)).toEqual(["127.0.0.1:8080:8080"]);
    expect(nginx).toContain("listen 8080;");
    expect(ofReplica.SORA_HTTP_URL).toBe("http://127.0.0.1:8080/mcp");
  });
});

describe("balancers", () => {
  test("wait longer than the longest call, and take bodies as large as a replica does", () => {
    const longest = timeoutRange[1] / 1000;
    const waits = [
      ...found(nginx, /proxy_read_timeout (\d+)s;/g),
      ...found(haproxy, /timeout (?:server|client) (\d+)s/g),
      ...found(kubernetes, /proxy-read-timeout: "(\d+)"/g),
    ];
    expect(waits).toHaveLength(4);
    for (const seconds of waits) expect(Number(seconds)).toBeGreaterThan(longest);
    const sizes = [
      ...found(nginx, /client_max_body_size (.+);/g),
      ...found(kubernetes, /proxy-body-size: (.+)/g),
    ];
    expect(sizes).toEqual(["8m", "8m"]);
  });

  test("send no request again that may have reached a replica", () => {
    expect(found(withoutComments(nginx), /proxy_next_upstream\w* (.+);/g)).toEqual(["error timeout"]);
    expect(found(withoutComments(haproxy), /retry-on (.+)/g)).toEqual(["conn-failure"]);
    expect(kubernetes).not.toContain("next-upstream");
  });

  test("have longer to end a replica than it takes", () => {
    const seconds = [
      ...found(compose, /stop_grace_period: (\d+)s/g),
      ...found(kubernetes, /terminationGracePeriodSeconds: (\d+)/g),
    ];
    expect(seconds).toHaveLength(2);
    for (const each of seconds) expect(Number(each)).toBeGreaterThan(12);
  });
});

test("nothing runs with rights that it does not need", () => {
  expect(dockerfile).toMatch(/^USER 65532:65532$/m);
  const services = compose
    .slice(compose.indexOf("\nservices:"))
    .match(/^ {2}[\w-]+:\n {4}<<: \*(locked-down|replica)$/gm);
  expect(services).toHaveLength(4);
  expect(compose).toMatch(
    /&locked-down\n {2}read_only: true\n {2}cap_drop: \[ALL\]\n {2}security_opt: .*no-new-privileges:true/,
  );
  for (const line of [
    "runAsNonRoot: true",
    "runAsUser: 65532",
    "type: RuntimeDefault",
    "allowPrivilegeEscalation: false",
    "readOnlyRootFilesystem: true",
    "drop: [ALL]",
    "automountServiceAccountToken: false",
  ]) {
    expect(kubernetes).toContain(`${line}\n`);
  }
});

test("probes ask for pages that the server has", async () => {
  const server = startRaw(["--http", "127.0.0.1:0", "--sandbox"]);
  await expect.poll(() => server.stderr()).toMatch(/http:\S+\/mcp/);
  const origin = server.stderr().match(/http:\S+\/mcp/)?.[0] ?? "";
  const probed = [...found(kubernetes, /httpGet:\n\s+path: (.+)/g), ...found(haproxy, /httpchk GET (.+)/g)];
  expect(probed).toEqual(["/readyz", "/healthz", "/readyz"]);
  for (const path of probed) expect((await fetch(new URL(path, origin))).status).toBe(200);
});
