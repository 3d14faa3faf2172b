// What stands in a variable although nobody has set it.

/** Nothing, or a field of the .mcpb bundle that was left alone: apps hand its placeholder over. */
export function isUnset(given = ""): boolean {
  return /^(\$\{user_config\.[^}]*\})?$/.test(given.trim());
}

/** A `${...}` that a client has handed over as it stood. */
export function isUnexpanded(given: string): boolean {
  return /^\$\{[^}]*\}$/.test(given);
}
