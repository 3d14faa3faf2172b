import type { ErrorCode } from "@modelcontextprotocol/sdk/types.js";

/** Not an McpError: it would put its code in front of the message, which clients do once more. */
export function rpcError(code: ErrorCode, message: string): Error {
  return Object.assign(new Error(message), { code });
}
