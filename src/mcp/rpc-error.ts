/** Not an McpError: it would put its code in front of the message, which clients do once more. */
export function rpcError(code: number, message: string): Error {
  return Object.assign(new Error(message), { code });
}
