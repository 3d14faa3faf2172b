// Values as the files and shells of people's machines write them down.

/** As a basic string of TOML, which is one of JSON but for a character that it wants escaped too. */
export function tomlString(value: string): string {
  return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
}

/** One line of a shell: PowerShell on Windows, sh elsewhere. */
export function shellLine(platform: string, words: readonly string[]): string {
  return words.map(platform === "win32" ? powerShellWord : shWord).join(" ");
}

/** Variables for one command, put before it. */
export function withVariables(
  platform: string,
  env: Readonly<Record<string, string>>,
  command: string,
): string {
  const settings = Object.entries(env);
  return platform === "win32"
    ? [...settings.map(([name, value]) => `$env:${name} = ${powerShellString(value)}`), command].join("; ")
    : [...settings.map(([name, value]) => `${name}=${shWord(value)}`), command].join(" ");
}

function shWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Where the command is a script, as those that npm installs are, PowerShell takes `--` away and `-a:b`, `-a.b` apart. */
function powerShellWord(word: string): string {
  return /^-{0,2}\w[\w-]*$/.test(word) ? word : powerShellString(word);
}

/** PowerShell also ends a string at the quotation marks that word processors make. */
function powerShellString(value: string): string {
  return `'${value.replace(/['‘’‚‛]/g, "$&$&")}'`;
}
