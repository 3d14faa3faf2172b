import { ownServer } from "../servers.mjs";
import { startSora } from "../sora.mjs";
import { StdioProcess } from "../stdio-process.mjs";
import { tokensOf } from "../tokens.mjs";
import { Conversation } from "./conversation.mjs";
import { jobPlans } from "./job-plans.mjs";
import { changesOf, makePeople, sizes } from "./people.mjs";
import { plainPlans } from "./plain-plans.mjs";

export { sizes };

/** What a moderator wants to know or do, and the plans for it. */
const jobs = {
  here: "who is here",
  find: "find one client",
  loud: "who is loud",
  minute: "who came and left in a minute",
  watch: "who comes and leaves, as it happens",
  bad: "why is it bad",
  mute: "mute and undo",
};

/** The tools of the jobs. */
const names = [
  "sora_overview",
  "sora_wait",
  "sora_diagnose",
  "sora_mute",
  "sora_unmute",
  "sora_list_actions",
];

/**
 * Every job with one API of Sora a tool, and with the tools for moderation: calls, and tokens of arguments and answers. And
 * what those tools cost in the list.
 */
export async function measureModeration(home) {
  const sora = await startSora(sizes, "moderation/upstream.mjs");
  const settings = { flags: ["--release", "2025.2"], env: { SORA_API_URL: sora.url } };
  const server = new StdioProcess(ownServer(home, settings));
  try {
    const tools = (await server.open()).filter(({ name }) => names.includes(name));
    const measured = await Promise.all(sizes.map((size) => measureChannel(server, sora.url, size)));
    return {
      jobs: Object.entries(jobs).map(([key, job]) => ({
        job,
        sizes: Object.fromEntries(sizes.map((size, index) => [size, measured[index][key]])),
      })),
      tools: tools.map(({ name, description, inputSchema, ...rest }) => ({
        name,
        full: tokensOf({ name, description, inputSchema, ...rest }),
        shown: tokensOf({ name, description, inputSchema }),
      })),
    };
  } finally {
    await server.end();
    await sora.end();
  }
}

/** One job after the other: the clock of a channel and its filters are there for one at a time. */
async function measureChannel(server, url, size) {
  const { channel_id, people, loud, bad } = makePeople(size);
  const setSecond = (second) => tellSora(url, "SetSecond", { channel_id, second });
  const connections = (those) => those.map(({ connection }) => connection);
  const subject = {
    channel_id,
    size,
    setSecond,
    loud: loud.connection.client_id,
    bad: bad.connection.client_id,
    moved: {
      joined: connections(people.filter(({ comesAt }) => comesAt > 0)),
      left: connections(people.filter(({ goesAt }) => goesAt <= 60)),
    },
    changes: changesOf(people),
    // As src/moderation/polls.ts does it.
    pollEvery: size >= 200 ? 5 : 2,
  };
  const measured = {};
  for (const key of Object.keys(jobs)) {
    measured[key] = {};
    for (const [way, plans] of Object.entries({ plain: plainPlans, jobs: jobPlans })) {
      await setSecond(0);
      measured[key][way] = plans[key] && (await measureJob(server, plans[key], subject));
    }
  }
  return measured;
}

/** A job whose tool fails has no figures, but says why. */
async function measureJob(server, plan, subject) {
  const conversation = new Conversation(server);
  const call = (tool, args) => conversation.call(tool, args);
  try {
    await plan({ ...subject, call });
  } catch (error) {
    return { failed: error.message };
  }
  const { calls, tokens } = conversation;
  return { calls, tokens };
}

/** Asks the made-up Sora itself for something. */
async function tellSora(url, operation, body) {
  const headers = { "x-sora-target": `Bench.${operation}`, "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${operation}: ${response.status}`);
  await response.body.cancel();
}
