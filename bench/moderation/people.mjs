// Who is in the made-up channels of the jobs, and when: three who send, all others watch, and a few come and go.
import { makeChannel } from "../sora-data.mjs";

export const sizes = [5, 50, 500];

/** How many come and how many go in the minute, by the size of the channel. */
export const movements = { 5: { come: 2, go: 1 }, 50: { come: 4, go: 3 }, 500: { come: 10, go: 8 } };

const minute = 60;
const longAgoMs = 30 * minute * 1000;

/**
 * The people of a channel by their connections, oldest first, and the two whom the jobs are about: `loud` sends too loud a
 * voice, `bad` watches over a bad connection and stands in the list after three fifths of the others.
 */
export function makePeople(size, startedAt = Date.now()) {
  const { come, go } = movements[size];
  const { channel_id, connections, stats, userAgentStats } = makeChannel(size + come);
  const first = connections[0].created_time;
  const people = connections.map((connection, index) => {
    const isNew = index >= size;
    const comesAt = isNew ? (minute * (index - size + 0.5)) / come : Number.NEGATIVE_INFINITY;
    const before = size - 1 - index;
    const goesAt = !isNew && before < go ? (minute * (before + 1)) / (go + 1) : Number.POSITIVE_INFINITY;
    const { connection_id, created_time } = connection;
    const createdMs = isNew
      ? startedAt + comesAt * 1000
      : startedAt - longAgoMs + (created_time - first) / 1000;
    return {
      connection: {
        ...connection,
        client_id: connection_id,
        created_time: Math.round(createdMs * 1000),
        created_timestamp: new Date(createdMs).toISOString().replace("Z", "000Z"),
      },
      counters: stats[index],
      report: userAgentStats[index],
      comesAt,
      goesAt,
    };
  });
  return { channel_id, people, loud: people[1], bad: people[Math.floor(size * 0.6)] };
}

/** Those who are there so many seconds into the minute. */
export function presentAt(people, second) {
  return people.filter(({ comesAt, goesAt }) => comesAt <= second && second < goesAt);
}

/** The seconds of the minute at which somebody comes or goes, in order. */
export function changesOf(people) {
  return people
    .flatMap(({ comesAt, goesAt }) => [comesAt, goesAt])
    .filter(Number.isFinite)
    .sort((one, other) => one - other);
}
