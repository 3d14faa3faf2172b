import { expect, test } from "vitest";
import { contract, settingsFor } from "../contract/index.ts";
import { inProcess } from "../support/session.ts";
import { json, startUpstream } from "../support/upstream.ts";

// A license's serial code reaches nobody, whatever tool asks and however Sora answers.

const secret = "SERIAL-0123-4567";
const license = { serial_code: secret, type: "Experimental" };
const nodes = [{ node_name: "n1", license_serial_code: secret, inner: [{ a: license }] }];

test.each(contract.filter(({ toolset }) => ["server", "cluster", "signaling"].includes(toolset)))(
  "$tool",
  async ({ tool, kind, confirmed, full }) => {
    const upstream = await startUpstream();
    const env = { ...settingsFor(tool), SORA_API_URL: upstream.url, SORA_LOG_LEVEL: "debug" };
    const session = await inProcess({ env });
    for (const answer of [
      json(license),
      json([license, ...nodes]),
      json({ new_license: license, nodes }),
      json({ error_type: "Odd", error_reason: { license, nodes } }, 400),
      json({ error_type: "Odd", error_reason: [license] }, 403),
    ]) {
      upstream.answer(answer);
      for (const args of [full.args, confirmed.args, { ...confirmed.args, confirm: undefined }]) {
        const result = await session.call(tool, args);
        expect(JSON.stringify(result)).not.toContain(secret);
      }
    }
    expect(session.stderr()).not.toContain(secret);
    expect(upstream.requests.length).toBeGreaterThanOrEqual(kind === "destructive" ? 5 : 10);
  },
);
