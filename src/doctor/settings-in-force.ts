import type { Config, Source } from "../settings/config.ts";
import { type SettingName, settings } from "../settings/settings.ts";

export interface SettingInForce {
  readonly variable: string;
  readonly value: string;
  readonly source: Source;
}

/** All settings as the server has them now, secrets aside. */
export function settingsInForce(config: Config): SettingInForce[] {
  const names = Object.keys(settings).filter((name): name is SettingName => name in settings);
  return names.map((name) => ({
    variable: settings[name].variable,
    value: shown(name, config),
    source: config.source(name),
  }));
}

function shown(name: SettingName, config: Config): string {
  if (!config.isUnderstood(name)) return "not understood";
  if (config.sandbox && settings[name].unusedInSandbox) {
    return name === "apiUrl" ? "the simulated Sora" : "not used";
  }
  if (name === "apiKeyFile") {
    if (config.source(name) === "default") return settings[name].fallback;
    return config.source("apiKey") === "default" ? "set" : "not used";
  }
  const value = config[name];
  // Of a secret only whether there is one.
  if (settings[name].secret) return value === undefined ? "not set" : "set";
  if (value !== undefined) return String(value);
  return name === "releaseChannel" ? "-" : settings[name].fallback;
}
