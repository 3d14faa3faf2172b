/** The token of `Authorization: Bearer ...` (RFC 6750, section 2.1); undefined for anything else. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^bearer +([\w.~+/-]+=*)$/i.exec(header ?? "")?.[1];
}
