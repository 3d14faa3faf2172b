import { inFlight } from "./calls.mjs";
import { average, median } from "./statistics.mjs";

/** Resident memory goes up and down by this much without a leak, in MB. */
const memoryNoise = 5;

/** Node 22 and later keep compiled code between starts. */
const startUpShare = Number.parseInt(process.versions.node, 10) >= 22 ? 0.33 : 0.4;

/** What a job may take in a channel of so many people, and what a tool for jobs may take in the list, on average. */
const jobSize = 500;
const jobBounds = { calls: 3, tokens: 1500 };
const jobToolBounds = { full: 160, shown: 130 };

/** What this server is held to. Timings are no gate: whoever runs the benchmark reads the verdict. */
export function boundsOf(servers, { startUp, memory, ownLists, moderation, calls, http }) {
  const named = (wanted) => servers.filter(({ kind }) => kind === wanted).map(({ name }) => name);
  const [ours] = named("ours");
  const [floor] = named("floor");
  const peers = named("peer");
  const least = (figures) =>
    peers.length ? Math.min(...peers.map((name) => median(figures[name]))) : Number.NaN;
  const aboveFloor = (ms) => ms - median(startUp[floor]);
  const { latency, throughput, growth } = calls;
  const resident = growth.map(({ now }) => now);
  return [
    {
      what: "start-up above the bare loop, as a share of the fastest peer's",
      measured: aboveFloor(median(startUp[ours])) / aboveFloor(least(startUp)),
      bound: startUpShare,
    },
    { what: "memory in MB, below every peer's", measured: median(memory[ours]), bound: least(memory) },
    ...Object.entries(ownLists).flatMap(([sora, { tools, full, shown, largest }]) => [
      { what: `tokens a tool, ${sora}`, measured: full / tools, bound: sora === "labo" ? 160 : 150 },
      { what: `of that name, description, inputSchema, ${sora}`, measured: shown / tools, bound: 115 },
      {
        what: `tokens of the largest tool, ${sora}`,
        measured: largest.tokens,
        bound: sora === "labo" ? 300 : 320,
      },
    ]),
    ...moderationBounds(moderation),
    {
      what: "ms added to a direct POST, median",
      measured: median(latency.server.flat()) - median(latency.direct.flat()),
      bound: 0.6,
    },
    {
      what: `calls a second at ${inFlight} in flight, as a share of the direct ones`,
      measured: median(throughput.server) / median(throughput.direct),
      bound: 0.5,
      atLeast: true,
    },
    {
      what: "MB of memory gained, first three to last three samples",
      measured: median(resident.slice(-3)) - median(resident.slice(0, 3)),
      bound: memoryNoise,
    },
    ...httpBounds(ours, http),
  ];
}

/** Over HTTP: ahead of both peers. `one read` asks ours for what a Sora has to be asked for, and the peer for nothing. */
function httpBounds(ours, { rates, memory }) {
  const others = (figures) => Object.entries(figures).filter(([name]) => name !== ours);
  const ahead = rates[ours].map(({ what, workers, rate }) => {
    const theirs = others(rates).flatMap(([, measured]) =>
      measured.filter((one) => one.what === what && one.workers === workers).map((one) => one.rate),
    );
    return {
      what: `${what} a second over HTTP, ${workers} at once, as a share of the fastest peer's`,
      measured: rate / Math.max(...theirs),
      bound: 1,
      atLeast: true,
    };
  });
  const least = Math.min(...others(memory).map(([, { after }]) => after));
  return [
    ...ahead,
    {
      what: "MB after clients that never came back, below every peer's",
      measured: memory[ours].after,
      bound: least,
    },
  ];
}

function moderationBounds({ jobs, tools }) {
  const unit = {
    full: "tokens a tool for moderation",
    shown: "of that name, description, inputSchema, for moderation",
  };
  return [
    ...Object.entries(jobToolBounds).map(([part, bound]) => ({
      what: unit[part],
      measured: average(tools.map((tool) => tool[part])),
      bound,
    })),
    // What no plain tool can do has nothing to be measured against, and is not held to the aim.
    ...jobs
      .filter(({ sizes }) => sizes[jobSize].plain)
      .flatMap(({ job, sizes }) =>
        Object.entries(jobBounds).map(([figure, bound]) => ({
          what: `${figure}, ${jobSize} people: ${job}`,
          measured: sizes[jobSize].jobs[figure] ?? Number.NaN,
          bound,
        })),
      ),
  ];
}
