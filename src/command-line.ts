import { type ParseArgsConfig, parseArgs } from "node:util";
import { allSettings } from "./config.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

export interface CommandLine {
  readonly command: "serve" | "doctor" | "demo" | "help" | "version";
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  /** What no flag explains, without values: one may be a key. */
  readonly unknown: readonly string[];
}

const options: Options = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
  ...Object.fromEntries(
    allSettings.flatMap(({ flag, isSwitch }) =>
      flag === undefined ? [] : [[flag, { type: isSwitch ? ("boolean" as const) : ("string" as const) }]],
    ),
  ),
};

const doctorOptions: Options = { ...options, channel: { type: "string" }, json: { type: "boolean" } };

/** Takes the command line apart. Never throws: a misspelt limit must be told, not end the process. */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const [first] = argv;
  const subcommand = first === "doctor" || first === "demo" ? first : undefined;
  const known = subcommand === "doctor" ? doctorOptions : options;
  const { values, tokens } = parseArgs({
    args: subcommand ? argv.slice(1) : [...argv],
    options: known,
    strict: false,
    allowNegative: true,
    tokens: true,
  });
  const unknown = tokens.flatMap((token, at) => {
    if (token.kind === "positional") return ["a word without a flag"];
    // `-kSECRET` comes as one flag a letter: all but the first may be a value.
    const startsWord = tokens[at - 1]?.index !== token.index;
    const isUnknown = token.kind === "option" && !Object.hasOwn(known, token.name);
    return isUnknown && startsWord ? [token.rawName.slice(0, 40)] : [];
  });
  const flags: Record<string, string | boolean | undefined> = {};
  for (const [name, value] of Object.entries(values)) if (!Array.isArray(value)) flags[name] = value;
  for (const token of tokens) {
    // `--channels --read-only`: the next flag is no value, and must not be lost as one.
    const swallowed = token.kind === "option" && token.inlineValue === false && token.value.startsWith("--");
    if (swallowed && known[token.name]?.type === "string") flags[token.name] = true;
  }
  const command = flags.help ? "help" : flags.version ? "version" : (subcommand ?? "serve");
  return { command, flags, unknown: [...new Set(unknown)] };
}
