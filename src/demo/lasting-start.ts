/**
 * How an app starts, later on, the server that `node args` starts now. Apps often do not find `node` by its name, so it is
 * the Node that runs now. npx runs packages from a cache that may be emptied at any time, so there npx itself is named; on
 * Windows only a shell finds it.
 */
export function lastingStart(
  node: string,
  args: readonly string[],
  platform: string,
): { command: string; args: string[] } {
  const [path = "", ...rest] = args;
  if (!/[\\/]_npx[\\/]/.test(path)) return { command: node, args: [path, ...rest] };
  const npx = ["npx", "-y", "sora-labo-mcp", ...rest];
  const [command = "", ...npxArgs] = platform === "win32" ? ["cmd", "/c", ...npx] : npx;
  return { command, args: npxArgs };
}
