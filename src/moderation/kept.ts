/**
 * What is kept in mind for each caller, made when it is first needed and forgotten with the caller. Callers are told apart
 * by identity.
 */
export function keptFor<Kept>(make: () => Kept): (caller: object) => Kept {
  const all = new WeakMap<object, Kept>();
  return (caller) => {
    const kept = all.get(caller) ?? make();
    all.set(caller, kept);
    return kept;
  };
}
