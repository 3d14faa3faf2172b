import type { Machine } from "../../src/setup/server.ts";

export const machines = {
  linux: {
    platform: "linux",
    home: "/home/me",
    cwd: "/srv",
    node: "/usr/bin/node",
    script: "/opt/sora-labo-mcp/dist/cli.js",
  },
  darwin: {
    platform: "darwin",
    home: "/Users/me",
    cwd: "/srv",
    node: "/opt/homebrew/bin/node",
    script: "/Users/me/sora-labo-mcp/dist/cli.js",
  },
  win32: {
    platform: "win32",
    home: "C:\\Users\\me",
    cwd: "D:\\work",
    node: "C:\\Program Files\\nodejs\\node.exe",
    script: "C:\\Users\\me\\sora-labo-mcp\\dist\\cli.js",
  },
} as const satisfies Record<string, Machine>;

/** Paths that people have: blanks, quotes, signs of shells, Japanese. */
export const hostile: readonly Machine[] = [
  {
    platform: "linux",
    home: "/home/名前 'n' \"q\"",
    cwd: "/srv/a b",
    node: "/opt/no de/$HOME/`id`/bin/node",
    script: '/srv/it\'s "sora" $(id) \\x #1/端末/cli.js',
  },
  {
    platform: "darwin",
    home: "/Users/名前 !",
    cwd: "/srv/a b",
    node: "/Applications/My Node.app/{a,b}/~/node",
    script: "/Users/名前/*?[x] & | ; < > %PATH%/cli.js",
  },
  {
    platform: "win32",
    home: "C:\\Users\\名前 o'x",
    cwd: "D:\\new\\tmp",
    node: "C:\\Program Files (x86)\\n%PATH%ode\\$env\\`t\\node.exe",
    script: "\\\\server\\share\\O’Brien & 端末; 'x'\\dist\\cli.js",
  },
];
