import { createHash, randomBytes } from "node:crypto";

const longestName = 100;

/** Makes a token of 256 random bits, and the entry that says whose it is by its hash alone. */
export function newToken(name: string): {
  readonly token: string;
  readonly entry: { readonly name: string; readonly token_sha256: string };
} {
  const token = randomBytes(32).toString("base64url");
  return { token, entry: { name, token_sha256: sha256(token) } };
}

/** SHA-256, hex. Right for random tokens, which nobody guesses; a slow hash, as for passwords, could be used to stop the server. */
export function sha256(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** What is wrong with the name of a caller, which stands in log and audit lines: what it "is"; undefined for a good one. */
export function nameFault(name: string): string | undefined {
  if (name.trim() === "") return "empty";
  if ([...name].length > longestName) return `longer than ${longestName} characters`;
  return /[\p{C}\p{Zl}\p{Zp}]/u.test(name)
    ? "not fit for a line: it has control characters or line breaks"
    : undefined;
}
