import { json, startUpstream, type Upstream } from "./upstream.ts";

const person = { channel_id: "sora", client_id: "a", connection_id: "C1", role: "sendrecv" };

/** A Sora of one participant that holds its answers back until a test releases them. */
export interface HoldingSora extends Upstream {
  /** Answers all requests that are held. */
  release(): void;
  /** How many requests were broken off before they had their answer. */
  cut(): number;
}

export async function holdingSora(): Promise<HoldingSora> {
  const held: (() => void)[] = [];
  let cut = 0;
  const upstream = await startUpstream((request, response, raw) => {
    held.push(() => json([person])(request, response, raw));
    response.on("close", () => {
      if (!response.writableFinished) cut += 1;
    });
  });
  return {
    ...upstream,
    release() {
      for (const answer of held.splice(0)) answer();
    },
    cut: () => cut,
  };
}
