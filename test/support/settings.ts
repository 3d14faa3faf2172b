import { type Config, problemText } from "../../src/settings/config.ts";
import { loadConfig } from "../../src/settings/load.ts";
import type { SettingName } from "../../src/settings/settings.ts";

export interface Given {
  readonly env?: Record<string, string | undefined>;
  readonly flags?: Record<string, string | boolean | undefined>;
  readonly flagProblems?: string[];
  /** The files that exist, with what is in them. */
  readonly files?: Record<string, string>;
}

/** Settings that hold only what a test gives, from a disk that holds only the given files. */
export function load({ env = {}, flags = {}, flagProblems = [], files = {} }: Given = {}): Config {
  const readFile = (path: string) => {
    const content = files[path];
    if (content === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
    return content;
  };
  return loadConfig({ env, flags, flagProblems, readFile });
}

/** The settings of which something stands in the config: of the files of secrets, the secrets do. */
export type Kept = Exclude<SettingName, "apiKeyFile" | "ticketKeyFile">;

/** What a setting came to, in a form that can be compared. */
export function chosen(config: Config, name: Kept): unknown {
  return name === "apiUrl" ? config.apiUrl.href : config[name];
}

export function messages({ problems }: Config): string[] {
  return problems.map(({ message }) => message);
}

/** The variables of which something is remarked although they are no problem. */
export function remarked({ remarks }: Config): string[] {
  return remarks.map(({ variable }) => variable);
}

/** The problems as the operator reads them on stderr. */
export function told({ problems }: Config): string {
  return problems.map(problemText).join("\n");
}

/** What a client passes on when it does not expand the variable that its settings name. */
export function placeholder(name: string): string {
  return `\${${name}}`;
}
