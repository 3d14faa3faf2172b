// A Sora on loopback with prepared answers, as a process of its own. Prints its port; ends with its stdin.
import { createServer } from "node:http";
import { makeChannel } from "./sora-data.mjs";

const channels = new Map(process.argv.slice(2).map((size) => channelAnswers(makeChannel(Number(size)))));

/** Every answer is made once: the time that is measured is not spent here. */
function channelAnswers({ channel_id, connections, metadata, stats, userAgentStats }) {
  const client = connections.at(-1).client_id;
  const answers = {
    ListChannelConnections: connections,
    ListSignalingNotifyMetadata: metadata,
    GetSignalingNotifyMetadata: metadata[0].metadata,
    GetStatsConnection: stats[0],
    GetStatsClient: stats.filter(({ client_id }) => client_id === client),
    ListChannelUserAgentStats: userAgentStats,
    GetUserAgentStats: userAgentStats[0],
  };
  const prepared = Object.entries(answers).map(([operation, answer]) => [operation, JSON.stringify(answer)]);
  return [channel_id, new Map(prepared)];
}

function fromCall({ headers }, body) {
  return { ...JSON.parse(body), operation: String(headers["x-sora-target"]).split(".")[1] };
}

/** The same answers for whoever can only fetch a URL: /channel_id/operation. */
function fromPath({ url }) {
  const [, channel_id, operation] = url.split("/");
  return { channel_id, operation };
}

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    const { channel_id, operation } = request.method === "GET" ? fromPath(request) : fromCall(request, body);
    const answer = channels.get(channel_id)?.get(operation);
    response.writeHead(answer ? 200 : 400, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(answer ?? "{}"),
    });
    response.end(answer ?? "{}");
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
process.stdin.resume().on("end", () => process.exit());
