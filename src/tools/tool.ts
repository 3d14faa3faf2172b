import type { CallConfirmation } from "../confirmations.ts";
import { isObject } from "../json.ts";
import type { Lifetime, Release } from "../releases.ts";
import { type Input, readArguments } from "./arguments.ts";
import type { Toolset } from "./chapters.ts";
import { type Confirming, confirming, nothing, withoutConfirm } from "./confirming.ts";
import { leniently, type Understood } from "./lenient.ts";

/** What a call may do. This one word decides both the annotations (hints) and the gate (enforcement). */
export type Kind = "read" | "write" | "destructive";

/** Whose matter a call is: that of the channel that it names, of all channels at once, or of the whole server. */
export type Scope = "channel" | "channels" | "server";

/** A tool's `structuredContent`. */
export type Content = Readonly<Record<string, unknown>>;

/** Which Soras have something. */
export type Dated = Pick<Described<string, unknown>, "scope" | "since" | "removed">;

/** Sora, for what changes nothing there. */
export interface SoraReads {
  /**
   * Sora's JSON for a read API, as it came. An API without parameters has no body. `withinMs`: in how many milliseconds it
   * must be there, where that is sooner than SORA_TIMEOUT_MS. Throws `SoraFailure`.
   */
  read(target: string, body?: Content, withinMs?: number): Promise<unknown>;
}

/** Sora, for calls that have passed the gate, and what those need that are more than one request. */
export interface Sora extends SoraReads {
  /** The same for an API that changes something: sent at most once. */
  write(target: string, body?: Content): Promise<unknown>;
  /** Whether the Sora that SORA_RELEASE names has an API. It may be another release all the same. */
  offers(api: Dated): boolean;
  /** Whether a channel is allowed now: what a job keeps in mind may be from before the limits were narrowed. */
  allows(channel_id: string): boolean;
  /** Resolves after so many milliseconds. Throws `cancelled_by_client` as soon as the client cancels the call. */
  pause(ms: number): Promise<void>;
  /** Whoever calls: what is kept in mind for later calls is kept for them. */
  readonly caller: object;
}

/** A line for a person: a label, and a number or other people's texts, which are made safe where they are shown. */
export type Line = readonly [label: string, value: number | readonly string[]];

/** What a destructive call would hit at this moment. */
export interface Affected {
  /** What a person needs to say yes or no: how many are hit, and then who and what. */
  readonly lines: readonly Line[];
  /** The id of every connection that would be cut, or key that would be lost; one that stands twice counts twice. */
  readonly units: readonly string[];
  /** The same with what else a preview shows of each, such as the value of a key: what a ticket is for. */
  readonly values?: () => readonly string[];
  /** How many connections it would cut. */
  readonly cut: number;
  /** The same for the model: `would_affect` of the answer. */
  readonly summary: Content;
}

export interface Described<Operation extends string, Args> {
  /** In the words of Sora, such as `DisconnectConnection`: the name of the tool follows from it. */
  readonly operation: Operation;
  readonly kind: Kind;
  readonly title: string;
  readonly description: string;
  /** Words by which people would look for it and its title and description do not have. */
  readonly searchHint?: string;
  readonly input: Input<Args>;
  /** Of a write: it takes effect anew each time it is sent. */
  readonly repeats?: boolean | undefined;
  /** Of a write: it replaces what was there. */
  readonly overwrites?: boolean | undefined;
  /** The value of `x-sora-target`, of what is one Sora API. */
  readonly target?: string;
  /** By default "channel". */
  readonly scope?: Scope | undefined;
  /** The first release that has it. Left out of the APIs on Sora Labo's page: all releases from 2021.2 on have them. */
  readonly since?: Release | undefined;
  /** The first release that no longer has it. */
  readonly removed?: Lifetime["removed"] | undefined;
  /** What its description goes on to say where `from` has come, and on Sora Labo, whose page is older than that. */
  readonly ending?: { readonly from: Release; readonly text: string } | undefined;
}

/** Anything that can be called, its `Args` inferred from its `input`. */
type Definition<Operation extends string, Args> = Described<Operation, Args> & {
  /** What is wrong with arguments each of which is valid, in words that begin with their names. */
  readonly problem?: (args: Args) => string | undefined;
  /** Does it. `given` are the arguments as the caller wrote them. Throws `ToolError`. */
  readonly run: (sora: Sora, args: Args, given: Content) => Promise<Content>;
} & (
    | { readonly kind: "read" | "write"; readonly affects?: never }
    /** What a destructive call would hit, found out with reads. Throws `ToolError`. */
    | { readonly kind: "destructive"; readonly affects: (sora: SoraReads, args: Args) => Promise<Affected> }
  );

/** One call, its arguments checked and bound. */
export interface Call {
  readonly names: readonly Line[];
  /** The arguments as the caller wrote them, those that confirm it aside. */
  readonly given: Content;
  readonly confirming: Confirming;
  readonly affects: ((sora: SoraReads) => Promise<Affected>) | undefined;
  readonly run: (sora: Sora) => Promise<Content>;
}

/** The same as the rest of the server sees it: one type for Sora's APIs and for all else. */
export interface Callable<Operation extends string = string> extends Described<Operation, unknown> {
  /** `sora_` and the operation in snake_case. */
  readonly name: string;
  /** The channels that arguments name, whether they are valid or not. */
  readonly channels: (given: unknown) => readonly string[];
  /** What the caller wrote, as it is meant. What that leaves wrong is for `prepare` to say. */
  readonly understand: (written: unknown, confirmation: CallConfirmation) => Understood;
  /** Throws `invalid_arguments`, naming each path. `redact` takes the API key out of what the caller wrote. */
  readonly prepare: (
    given: unknown,
    confirmation: CallConfirmation,
    redact: (text: string) => string,
  ) => Call;
}

export type Tool<Operation extends string = string> = Callable<Operation> & { readonly toolset: Toolset };

/** Completes a definition. */
export function callable<Operation extends string, Args>(
  definition: Definition<Operation, Args>,
): Callable<Operation> {
  const { run, affects, problem, ...described } = definition;
  const { operation, input } = described;
  const ownInput = (confirmation: CallConfirmation) => (affects ? confirming[confirmation] : nothing);
  const name = `sora${operation.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)}`;
  return {
    ...described,
    name,
    channels: (given) => (isObject(given) && typeof given.channel_id === "string" ? [given.channel_id] : []),
    understand(written, confirmation) {
      return leniently({ ...input.shape, ...ownInput(confirmation).shape }, written);
    },
    prepare(written, confirmation, redact) {
      const isAsked = confirmation === "ask" || confirmation === "ask,panel";
      const said = affects && isAsked ? withoutConfirm(written) : written;
      const { args, given, own } = readArguments(
        { name, input, ownInput: ownInput(confirmation), problem },
        said,
        redact,
      );
      return {
        names: namedBy(input, given),
        given,
        confirming: own,
        affects: affects && ((sora) => affects(sora, args)),
        run: (sora) => run(sora, args, given),
      };
    },
  };
}

/** The texts among the arguments, each called what its description begins with, without " id". */
function namedBy({ shape }: Input<unknown>, given: Content): Line[] {
  return Object.entries(shape).flatMap(([name, { description = name }]) => {
    const value = given[name];
    const label = description.replace(/(;| \().*/, "").replace(/ id$/, "");
    return typeof value === "string" ? [[label, [value]] as const] : [];
  });
}
