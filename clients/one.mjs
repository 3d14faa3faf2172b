// One client, in a process and a home of its own: `node one.mjs <name> <server as JSON>`. Writes one line of JSON. Only
// run.mjs starts it: that sets HOME, PATH and, for the agents, AGENTS, the folder into which it has installed them.
import { clients } from "./table.mjs";
import { carryOut } from "./task.mjs";

const [name, server] = process.argv.slice(2);
const connected = await clients[name].connect(JSON.parse(server));
const outcome = await carryOut(connected);
await connected.close?.();
process.stdout.write(`${JSON.stringify(outcome)}\n`, () => process.exit());
