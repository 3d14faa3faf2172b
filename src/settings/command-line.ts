import { type ParseArgsConfig, parseArgs } from "node:util";
import { allSettings } from "./settings.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Flags = Readonly<Record<string, string | boolean | undefined>>;

export interface CommandLine {
  readonly command: "serve" | "doctor" | "demo" | "sandbox" | "setup" | "token" | "help" | "version";
  readonly flags: Flags;
  /** Whom `setup` or `token` is for. */
  readonly operand: string | undefined;
  /** What was not understood, in sentences without values: one may be a key. */
  readonly problems: readonly string[];
}

const plain: Options = { help: { type: "boolean", short: "h" }, version: { type: "boolean", short: "v" } };
const serve: Options = {
  ...plain,
  ...Object.fromEntries(
    allSettings.flatMap(({ flag, isSwitch }) =>
      flag === undefined ? [] : [[flag, { type: isSwitch ? ("boolean" as const) : ("string" as const) }]],
    ),
  ),
};
const doctor: Options = { ...serve, channel: { type: "string" }, json: { type: "boolean" } };

const sandbox: Options = { ...plain, port: { type: "string" }, release: { type: "string" } };

/** The flags of each command. The demo has settings of its own. */
const commands = { serve, doctor, demo: plain, sandbox, setup: serve, token: plain };

function isCommand(word: string | undefined): word is keyof typeof commands {
  return word !== undefined && Object.hasOwn(commands, word);
}

/** Takes the command line apart. Never throws: a misspelt limit must be told, not end the process. */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const [first] = argv;
  const subcommand = isCommand(first) && first !== "serve" ? first : undefined;
  const known = commands[subcommand ?? "serve"];
  const words = subcommand ? argv.slice(1) : argv;
  const isValueless = (word: string, at: number) =>
    known[flagOf(word)]?.type === "string" && words[at + 1]?.startsWith("--");
  const { values, tokens } = parseArgs({
    // `--channels --read-only`: parseArgs would take the second flag for the value of the first.
    args: words.filter((word, at) => !isValueless(word, at)),
    options: known,
    strict: false,
    allowNegative: true,
    tokens: true,
  });
  const takesOperand = subcommand === "setup" || subcommand === "token";
  const operand = takesOperand ? tokens.find((token) => token.kind === "positional") : undefined;
  const unknown = tokens.flatMap((token, at) => {
    if (token === operand) return [];
    if (token.kind === "positional") {
      return [
        "a word that is no command; the commands are doctor, demo, sandbox, setup and token, and come first",
      ];
    }
    // `-kSECRET` comes as one flag a letter: all but the first may be a value.
    const startsWord = tokens[at - 1]?.index !== token.index;
    if (token.kind !== "option" || Object.hasOwn(known, token.name) || !startsWord) return [];
    const owner =
      subcommand && commands[subcommand] !== serve && subcommand !== "doctor"
        ? `the ${subcommand}`
        : "this server";
    return [`${token.rawName.slice(0, 40)}, which is no flag of ${owner}; see --help`];
  });
  const names = tokens.flatMap((token) => (token.kind === "option" ? token.name : []));
  const repeated = names.filter((name, at) => names.indexOf(name) < at && Object.hasOwn(known, name));
  const flags: Record<string, string | boolean | undefined> = {};
  for (const [name, value] of Object.entries(values)) if (!Array.isArray(value)) flags[name] = value;
  for (const word of words.filter(isValueless)) flags[flagOf(word)] = true;
  const misused = [
    ...(subcommand === "doctor" ? misusedByDoctor(flags) : []),
    ...(typeof flags.port === "boolean" ? ["--port, which has no value"] : []),
  ];
  const wrong = [...unknown, ...repeated.map((name) => `--${name} more than once`), ...misused];
  const command = flags.help ? "help" : flags.version ? "version" : (subcommand ?? "serve");
  return {
    command,
    flags,
    operand: operand?.value,
    problems: [...new Set(wrong)].map((found) => `The command line has ${found}.`),
  };
}

/** The name in `--name`; "" for other words. */
function flagOf(word: string): string {
  return word.startsWith("--") ? word.slice(2) : "";
}

/** The doctor's own flags; those that are settings are looked at where settings are. */
function misusedByDoctor({ channel, json }: Flags): string[] {
  return [
    ...(typeof channel === "boolean" || channel?.trim() === "" ? ["--channel, which has no value"] : []),
    ...(typeof json === "string" ? ["--json, which takes no value"] : []),
  ];
}
