import { namedSettings } from "../src/settings/meanings.ts";
import type { Setting, SettingName } from "../src/settings/settings.ts";

/** They are about one server for many: where it listens, who calls, and what its replicas have in common. */
const forTeams = [
  "http",
  "callers",
  "httpUrl",
  "oauthIssuer",
  "metrics",
  "ticketKey",
  "ticketKeyFile",
] as const satisfies readonly SettingName[];

/** Of what the bundle and the registry ask: they have a server started for one person, which speaks over stdio. */
export type StdioSettingName = Exclude<SettingName, (typeof forTeams)[number]>;

export const stdioSettings = namedSettings.filter(
  (named): named is readonly [StdioSettingName, Setting<unknown>] =>
    forTeams.every((name) => name !== named[0]),
);
