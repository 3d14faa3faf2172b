import type { Config, Source } from "../settings/config.ts";
import { fallbackOf, namedSettings } from "../settings/meanings.ts";
import { isUsed, type SettingName, settings } from "../settings/settings.ts";
import { originOf } from "../settings/values.ts";

export interface SettingInForce {
  readonly variable: string;
  readonly value: string;
  readonly source: Source;
}

/** The settings as the server has them now, secrets aside. Of those that only HTTP has a use for, over stdio what was given. */
export function settingsInForce(config: Config): SettingInForce[] {
  return namedSettings
    .filter(
      ([name, { onlyFor }]) =>
        onlyFor === "a real Sora" || isInUse(name, config) || config.source(name) !== "default",
    )
    .map(([name, { variable }]) => ({ variable, value: shown(name, config), source: config.source(name) }));
}

function isInUse(name: SettingName, config: Config): boolean {
  return isUsed(settings[name], { ...config, isOverHttp: config.source("http") !== "default" });
}

function shown(name: SettingName, config: Config): string {
  if (!config.isUnderstood(name)) return "not understood";
  if (!isInUse(name, config)) return name === "apiUrl" ? "the simulated Sora" : "not used";
  switch (name) {
    case "apiKeyFile":
    case "ticketKeyFile": {
      if (config.source(name) === "default") return fallbackOf(name);
      const own = name === "apiKeyFile" ? "apiKey" : "ticketKey";
      return config.source(own) === "default" ? "set" : "not used";
    }
    case "apiUrl":
      return [config.apiUrl, ...config.otherNodes].join(", ");
    case "http":
    case "metrics": {
      const place = config[name];
      return place ? originOf(place).host : fallbackOf(name);
    }
    case "releaseChannel":
      return config.releaseChannel ?? "-";
    default:
      // Of a secret only whether there is one.
      if (settings[name].secret) return config[name] === undefined ? "not set" : "set";
      return String(config[name] ?? fallbackOf(name));
  }
}
