// A Sora on loopback for the jobs, as a process of its own. Prints its port; ends with its stdin.
import { createServer } from "node:http";
import { countersAfter } from "./counters.mjs";
import { Filters } from "./filters.mjs";
import { makePeople, presentAt } from "./people.mjs";
import { rtcStats } from "./reports.mjs";

const startedAt = Date.now();

/** Clients reported this long before the beginning. */
const reportAgeMs = 12_000;

class Channel {
  #people;
  #reports;
  #filters = new Filters();
  #second = 0;

  constructor({ people, loud, bad }) {
    const how = (person) => (person === loud ? "loud" : person === bad ? "bad" : "usual");
    this.#people = people;
    this.#reports = new Map(
      people.map((person) => [
        person.connection.connection_id,
        rtcStats(person.report, how(person), startedAt - reportAgeMs),
      ]),
    );
  }

  /** The answer to an operation; undefined for what Sora refuses. */
  answer(operation, body) {
    const present = presentAt(this.#people, this.#second);
    const connections = present.map(({ connection }) => connection);
    const asked = present.find(({ connection }) => connection.connection_id === body.connection_id);
    switch (operation) {
      case "SetSecond":
        this.#second = body.second;
        return {};
      case "ListChannelConnections":
        return connections;
      case "ListChannelRtcStats":
        return connections.map(({ connection_id }) => this.#reports.get(connection_id));
      case "GetRtcStats":
        return asked && this.#reports.get(body.connection_id);
      case "GetStatsConnection":
        return (
          asked &&
          countersAfter((Date.now() - startedAt) / 1000, { ...asked.counters, role: asked.connection.role })
        );
      case "ListForwardingFilters":
        return this.#filters.list(body, connections);
      case "CreateChannelForwardingFilter":
        return this.#filters.create(body);
      case "UpdateChannelForwardingFilter":
        return this.#filters.update(body);
      case "DeleteChannelForwardingFilter":
        return this.#filters.delete();
      default:
        return undefined;
    }
  }
}

const channels = new Map(
  process.argv.slice(2).map((size) => {
    const made = makePeople(Number(size), startedAt);
    return [made.channel_id, new Channel(made)];
  }),
);

const server = createServer((request, response) => {
  let text = "";
  request.setEncoding("utf8");
  request.on("data", (chunk) => {
    text += chunk;
  });
  request.on("end", () => {
    const operation = String(request.headers["x-sora-target"]).split(".")[1];
    const body = JSON.parse(text);
    const answer = channels.get(body.channel_id)?.answer(operation, body);
    const refusal = { error_type: "Refused", operation };
    response.writeHead(answer ? 200 : 400, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? refusal));
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
process.stdin.resume().on("end", () => process.exit());
