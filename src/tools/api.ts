import {
  type Affected,
  type Callable,
  type Content,
  callable,
  type Described,
  type SoraReads,
} from "./tool.ts";

interface ReadEntry<Args> {
  readonly kind: "read";
  /** Sora's answer as `structuredContent`. Throws `bad_response` on an unusable answer. */
  readonly shape: (response: unknown, args: NoInfer<Args>) => Content;
}

interface WriteEntry {
  readonly kind: "write";
  readonly repeats?: true;
  readonly overwrites?: true;
}

interface DestructiveEntry<Args> {
  readonly kind: "destructive";
  /** What it would hit. */
  readonly affects: (sora: SoraReads, args: NoInfer<Args>) => Promise<Affected>;
}

/**
 * One API of Sora, as written in the tables of this folder. Everything else is derived from it. The keys and types of its
 * `input` are the API's own, and are sent as they are; see {@link ownArguments} for the exceptions.
 */
type ApiEntry<Operation extends string, Args> = Omit<Described<Operation, Args>, "kind" | "target"> & {
  /** The date in the target, `YYYYMMDD`: the day this form of the API was introduced. */
  readonly version: string;
  /** With nothing to say it has no body, not `{}`: some releases know no parameters of it. */
  readonly bodyless?: true;
} & (ReadEntry<Args> | WriteEntry | DestructiveEntry<Args>);

/** Arguments that steer this server and never reach Sora. */
const ownArguments: ReadonlySet<string> = new Set(["limit", "offset", "types"]);

/** An API of Sora: the tool that is one request (https://sora-doc.shiguredo.jp/API). */
export function api<const Operation extends string, Args extends object>(
  entry: ApiEntry<Operation, Args>,
): Callable<Operation> & { readonly target: string } {
  const target = `Sora_${entry.version}.${entry.operation}`;
  const hasParameters = Object.keys(entry.input.shape).some((name) => !ownArguments.has(name));
  const tool = callable({
    ...entry,
    target,
    async run(sora, args, given) {
      // What the caller wrote, not what the schema made of it: same keys, same JSON.
      const own = Object.entries(given).filter(([name]) => !ownArguments.has(name));
      const hasBody = hasParameters && !(entry.bodyless && own.length === 0);
      const body = hasBody ? Object.fromEntries(own) : undefined;
      if (entry.kind === "read") return entry.shape(await sora.read(target, body), args);
      return { status: "done", response: await sora.write(target, body) };
    },
  });
  return { ...tool, target };
}
