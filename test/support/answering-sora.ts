import type { Confirmation } from "../../src/confirmations.ts";
import type { personWho } from "./person.ts";
import { inProcess } from "./session.ts";
import { startUpstream } from "./upstream.ts";

/** A Sora that answers with this text to every read and with {} to every write, as it stands. */
export async function soraWith(
  text: string,
  options: { confirm?: Confirmation } & Partial<ReturnType<typeof personWho>> = {},
) {
  const { confirm = "flag", ...person } = options;
  const upstream = await startUpstream(({ target }, response) =>
    response.end(/\.(List|Get)/.test(target) ? text : "{}"),
  );
  // The release with most APIs, those of Sora Labo's page among them.
  const release = { SORA_RELEASE: "2024.2", SORA_TOOLSETS: "all" };
  const env = { SORA_API_URL: upstream.url, SORA_CONFIRM: confirm, ...release };
  return { upstream, session: await inProcess({ env, ...person }) };
}
