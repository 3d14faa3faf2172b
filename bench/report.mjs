import { inFlight } from "./calls.mjs";
import { average, median, middleHalf, quantile } from "./statistics.mjs";

/** A table in Markdown whose columns also line up as plain text; all but the first column are figures. */
export function table(head, rows) {
  const lines = [head, ...rows].map((cells) => cells.map(String));
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const padded = lines.map((cells) =>
    line(cells.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))),
  );
  const rule = line(
    widths.map((width, column) => (column ? `${"-".repeat(width - 1)}:` : "-".repeat(width))),
  );
  return [padded[0], rule, ...padded.slice(1)].join("\n");
}

const fixed = (digits) => (number) => (Number.isNaN(number) ? "-" : number.toFixed(digits));
const range = (numbers, format) => numbers.map(format).join(" - ");
const ratio = fixed(2);

/** Ours first, then what it is held against, the lowest median first. */
function inOrder(servers, figureOf) {
  const rank = { ours: 0, variant: 1, floor: 2, peer: 3 };
  return [...servers].sort(
    (left, right) => rank[left.kind] - rank[right.kind] || figureOf(left.name) - figureOf(right.name),
  );
}

export function startUpTable(servers, times) {
  const floor = median(times[servers.find(({ kind }) => kind === "floor").name]);
  const middle = (name) => median(times[name]);
  const ms = fixed(1);
  const rows = inOrder(servers, middle).map(({ name, version }) => [
    name,
    version,
    ms(middle(name)),
    range(middleHalf(times[name]), ms),
    range([Math.min(...times[name]), Math.max(...times[name])], ms),
    ms(middle(name) - floor),
  ]);
  return table(["server", "version", "median ms", "middle half", "min - max", "above bare loop"], rows);
}

export function memoryTable(servers, memory) {
  const middle = (name) => median(memory[name]);
  const rows = inOrder(servers, middle).map(({ name }) => [
    name,
    fixed(1)(middle(name)),
    range([Math.min(...memory[name]), Math.max(...memory[name])], fixed(1)),
  ]);
  return table(["server", "median MB", "min - max"], rows);
}

export function toolListTable(servers, toolLists) {
  const listing = servers.filter(({ kind }) => kind === "ours" || kind === "peer");
  const perTool = (tokens, { tools }) => fixed(0)(tokens / tools);
  const rows = inOrder(listing, (name) => toolLists[name].full / toolLists[name].tools).map(({ name }) => {
    const list = toolLists[name];
    const { full, shown, largest } = list;
    return [
      name,
      list.tools,
      full,
      perTool(full, list),
      shown,
      perTool(shown, list),
      `${largest.name}: ${largest.tokens}`,
    ];
  });
  const model = "name, description, inputSchema";
  return table(["server", "tools", "whole", "a tool", model, "a tool", "largest tool"], rows);
}

export function ownListTable(lists) {
  const perTool = (tokens, { tools }) => fixed(1)(tokens / tools);
  const rows = Object.entries(lists).map(([sora, list]) => [
    sora,
    list.tools,
    list.full,
    perTool(list.full, list),
    perTool(list.shown, list),
    `${list.largest.name}: ${list.largest.tokens}`,
  ]);
  const model = "name, description, inputSchema, a tool";
  return table(["SORA_RELEASE", "tools", "whole", "a tool", model, "largest tool"], rows);
}

export function resultCostTable(rows) {
  const sizes = Object.keys(rows[0].tokens);
  const cell = ({ tokens, next }, size) => `${tokens[size]}${next[size] ? ` (first ${next[size]})` : ""}`;
  return table(
    ["tool", ...sizes.map((size) => `${size} connections`)],
    rows.map((row) => [row.tool, ...sizes.map((size) => cell(row, size))]),
  );
}

export function callTable({ latency, throughput }) {
  const row = (label, name) => {
    const times = latency[name].flat();
    const rates = throughput[name];
    return [
      label,
      fixed(3)(median(times)),
      fixed(3)(quantile(times, 0.99)),
      range([Math.min(...latency[name].map(median)), Math.max(...latency[name].map(median))], fixed(3)),
      fixed(0)(median(rates)),
      range([Math.min(...rates), Math.max(...rates)], fixed(0)),
    ];
  };
  return table(
    ["way", "median ms", "p99 ms", "medians of blocks", `calls/s, ${inFlight} in flight`, "min - max"],
    [row("through sora-labo-mcp", "server"), row("direct POST", "direct")],
  );
}

export function growthTable(growth) {
  return table(
    ["calls", ...growth.map(({ calls }) => calls)],
    [["RSS in MB", ...growth.map(({ now }) => fixed(1)(now))]],
  );
}

export function httpTable({ rates }) {
  const rows = Object.entries(rates).flatMap(([name, measured]) =>
    measured.map(({ what, workers, rate, p50, p99 }) => [
      what,
      workers,
      name,
      fixed(0)(rate),
      fixed(2)(p50),
      fixed(2)(p99),
    ]),
  );
  rows.sort(([one, few], [other, many]) => (one === other ? few - many : other.localeCompare(one)));
  return table(
    ["asked, clients at once: server", "a second", "p50 ms", "p99 ms"],
    rows.map(([what, workers, name, ...figures]) => [`${what}, ${workers}: ${name}`, ...figures]),
  );
}

export function lostTable({ memory }) {
  const rows = Object.entries(memory).map(([name, { before, after }]) => [
    name,
    fixed(0)(before),
    fixed(0)(after),
  ]);
  return table(["server", "before, MB", "after, MB"], rows);
}

export function searchText({ requests, found, missed }) {
  const lines = missed.map(({ request, right }) => `- not for "${request}" (${right.join(", ")})`);
  return [`Among the first five for ${found} of ${requests}.`, ...lines].join("\n");
}

/** A job that was not done has no figures. */
export function jobsTable(jobs) {
  const sizes = Object.keys(jobs[0].sizes);
  const cell = (done) => (done?.calls ? `${done.calls} / ${done.tokens}` : "-");
  return table(
    ["job: calls / tokens", ...sizes.flatMap((size) => [`${size}, plain`, `${size}, jobs`])],
    jobs.map(({ job, sizes: measured }) => [
      job,
      ...sizes.flatMap((size) => [cell(measured[size].plain), cell(measured[size].jobs)]),
    ]),
  );
}

/** Why jobs were not done, a line each; empty when all were. */
export function jobFailures(jobs) {
  const lines = jobs.flatMap(({ job, sizes }) =>
    Object.entries(sizes).flatMap(([size, ways]) =>
      Object.entries(ways).flatMap(([way, { failed } = {}]) =>
        failed ? [`not done: ${job}, ${size} people, ${way}: ${failed.split("\n")[0]}`] : [],
      ),
    ),
  );
  return lines.join("\n");
}

export function jobToolsTable(tools) {
  const rows = tools.map(({ name, full, shown }) => [name, full, shown]);
  const mean = (of) => fixed(1)(average(tools.map(of)));
  return table(
    ["tool", "whole", "name, description, inputSchema"],
    [...rows, ["on average", mean(({ full }) => full), mean(({ shown }) => shown)]],
  );
}

/** What was promised, what came out, and by how much it misses. */
export function boundsTable(bounds) {
  const rows = bounds.map(({ what, measured, bound, atLeast = false }) => {
    const missing = atLeast ? bound - measured : measured - bound;
    const verdict = Number.isNaN(missing)
      ? "not measured"
      : missing <= 0
        ? "holds"
        : `misses by ${ratio(missing)}`;
    return [what, ratio(measured), `${atLeast ? ">=" : "<="} ${ratio(bound)}`, verdict];
  });
  return table(["bound", "measured", "bound is", "verdict"], rows);
}
