/** Tells names apart that stand more than once, each by how many of it there were before. */
export function numbering(): (name: string) => string {
  const times = new Map<string, number>();
  return (name) => {
    const count = times.get(name) ?? 0;
    times.set(name, count + 1);
    return `${count} ${name}`;
  };
}
