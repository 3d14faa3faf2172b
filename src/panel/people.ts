import { isMuted } from "../moderation/audience.ts";
import type { Blocked } from "../moderation/blocked.ts";
import type { ConnectionDiagnosis } from "../moderation/diagnosis/connection-diagnosis.ts";
import type { Finding } from "../moderation/diagnosis/thresholds.ts";
import { type MediaKind, type Mute, mediaKinds } from "../moderation/mutes.ts";
import { type Connection, rowsOf } from "../moderation/present.ts";
import { cut, visibleText } from "../text.ts";
import type { Content } from "../tools/tool.ts";

/** Characters. Ids of Sora have no more, and the names of codecs four. */
const longest = { id: 255, codec: 16 };

/**
 * One row a connection, in the order of the diagnoses: `{connection_id, client_id?, role?, minutes?, marks?, codecs?, mic?,
 * verdict, finding?, mute_id?, act_by}`. `mic` is from 0 to 1, `finding` the worst one, `act_by` says by which of its ids a
 * person is to be muted, told or disconnected.
 */
export function peopleIn(
  connections: readonly Connection[],
  diagnoses: readonly ConnectionDiagnosis[],
  mutes: readonly Mute[],
  blocked: readonly Blocked[],
): readonly Content[] {
  const isMedia = ({ kind }: Blocked) => mediaKinds.some((media) => media === kind);
  const muted = new Set(blocked.filter(isMedia).map(({ sender }) => sender));
  const rows = rowsOf(connections, true, { all: connections, muted, now: Date.now() });
  const known = new Map(
    connections.map((connection, at) => [connection.connection_id, { connection, row: rows[at] }]),
  );
  return diagnoses.flatMap((diagnosis) => {
    const found = known.get(diagnosis.connection_id);
    if (!found) return [];
    const { connection, row } = found;
    const { verdict, findings, mic } = diagnosis;
    const finding = findings.find(({ severity }) => severity !== "info");
    const member = { connection_id: diagnosis.connection_id, client_id: diagnosis.client_id };
    const mute = mutes.find((one) => isMuted(member, one));
    const codecs = mediaKinds.flatMap((kind) => codecOf(connection, kind));
    const marks = [row?.marks ?? [], markOf(findings, finding)].flat();
    return {
      ...short(row),
      ...(marks.length > 0 && { marks }),
      ...(codecs.length > 0 && { codecs }),
      ...(mic && { mic: Math.max(...Object.values(mic)) }),
      verdict,
      ...(finding && { finding }),
      ...(mute && { mute_id: mute.mute_id }),
      act_by: actBy(diagnosis),
    };
  });
}

function codecOf(connection: Connection, kind: MediaKind): string[] {
  const media = connection[kind];
  if (typeof media !== "object" || media === null || !("codec_type" in media)) return [];
  const { codec_type } = media;
  return typeof codec_type === "string" ? [cut(codec_type, longest.codec)] : [];
}

/** What somebody wrote hides nobody else. */
function short(row: Content = {}): Content {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === "string" ? cut(value, longest.id) : value,
    ]),
  );
}

/** Who does not respond is marked, unless it is told as the worst already. */
function markOf(findings: readonly Finding[], worst: Finding | undefined): string[] {
  const isSilent = findings.some(({ code }) => code === "not_responding");
  return isSilent && worst?.code !== "not_responding" ? ["not_responding"] : [];
}

/** A client's id as it is shown is only an id where it is whole, and nothing hidden in it was made visible. */
function actBy({ client_id }: ConnectionDiagnosis): "client_id" | "connection_id" {
  const isShown = client_id && client_id === visibleText(cut(client_id, longest.id));
  return isShown ? "client_id" : "connection_id";
}
