import { ToolError } from "../sora/errors.ts";
import { visibleText } from "../sora/untrusted.ts";
import type { Affected, Preview, Tool, ToolArguments } from "../tools/tool.ts";

/** The person behind the client, asked through MCP elicitation. */
export interface Person {
  readonly canBeAsked: boolean;
  /** Resolves to "cancel" when the question is closed or nobody answers in time. */
  ask(question: string): Promise<"accept" | "decline" | "cancel">;
}

/** Looks up what a call would hit; rejects with `ToolError`. */
export type LookUp = () => Promise<Affected>;

const nothingSent = "Nothing was disconnected or deleted.";
const notLookedUp = "It could not be looked up what this would hit.";
const mostAsked = 2;
const mostClientIds = 5;
const longestId = 64;

/** SORA_CONFIRM=flag, not confirmed: what the call would hit, as `structuredContent`. */
export async function confirmationRequired(lookUp: LookUp): Promise<Record<string, unknown>> {
  const next = `${nothingSent} To go on, call again with the same arguments and confirm: true.`;
  try {
    const { summary } = await lookUp();
    return { status: "confirmation_required", would_affect: summary, next };
  } catch (error) {
    if (!(error instanceof ToolError) || error.code === "cancelled_by_client") throw error;
    const { code, message } = error;
    return {
      status: "confirmation_required",
      would_affect: { unknown: true, error: { code, message, ...error.details } },
      next: `${notLookedUp} ${next}`,
    };
  }
}

/**
 * SORA_CONFIRM=ask: returns only when a person has accepted. Asks once more when the number of connections grew while
 * the question stood. Throws `confirmation_unavailable`, `declined`, `cancelled`, or why the look-up failed.
 */
export async function askPerson(
  tool: Tool & { preview: Preview },
  args: ToolArguments,
  person: Person,
  lookUp: LookUp,
): Promise<void> {
  if (!person.canBeAsked) {
    throw new ToolError("confirmation_unavailable", `This client cannot ask a person. ${nothingSent}`, {
      hint: "The operator set SORA_CONFIRM=ask: use a client that supports MCP elicitation.",
    });
  }
  let affected = await orRefuse(lookUp);
  for (let asked = 1; ; asked++) {
    const answer = await person.ask(question(tool, args, affected));
    if (answer === "decline") throw new ToolError("declined", `A person said no. ${nothingSent}`);
    if (answer === "cancel") {
      throw new ToolError("cancelled", `The question to a person was closed or not answered. ${nothingSent}`);
    }
    if (!tool.preview.mayGrow) return;
    const now = await orRefuse(lookUp);
    if (!hasGrown(affected, now)) return;
    if (asked === mostAsked) {
      throw new ToolError(
        "cancelled",
        `The number of connections kept growing while a person was asked. ${nothingSent}`,
      );
    }
    affected = now;
  }
}

async function orRefuse(lookUp: LookUp): Promise<Affected> {
  try {
    return await lookUp();
  } catch (error) {
    if (!(error instanceof ToolError) || error.code === "cancelled_by_client") throw error;
    const message = `${notLookedUp} ${nothingSent} ${error.message}`;
    throw new ToolError(error.code, message, error.details, { cause: error });
  }
}

function hasGrown(before: Affected, now: Affected): boolean {
  const known = new Set(before.connections.map(({ connection_id }) => connection_id));
  return (
    now.connections.length > known.size ||
    now.connections.some(({ connection_id }) => !known.has(connection_id))
  );
}

/** What the call names, how many it hits and who they are: what a person needs to say yes or no. */
function question(tool: Tool, args: ToolArguments, { connections }: Affected): string {
  const named = {
    Channel: args.channel_id,
    Connection: args.connection_id,
    Client: args.client_id,
    Role: args.role,
    "Metadata key": args.key,
  };
  const clientIds = [...new Set(connections.map(({ client_id }) => client_id))].filter(
    (id) => typeof id === "string",
  );
  const more = clientIds.length > mostClientIds ? `, and ${clientIds.length - mostClientIds} more` : "";
  return [
    `${tool.title} (${tool.name})?`,
    ...Object.entries(named).flatMap(([label, id]) => (id === undefined ? [] : [`${label}: ${quoted(id)}`])),
    `Connections hit: ${connections.length}`,
    ...(clientIds.length === 0
      ? []
      : [`Clients: ${clientIds.slice(0, mostClientIds).map(quoted).join(", ")}${more}`]),
  ].join("\n");
}

/** Ids are other people's text: quoted, on one line, and cut. Some screens break lines at U+2028 and U+2029 too. */
function quoted(id: string): string {
  const characters = [...visibleText(id)];
  const cut =
    characters.length > longestId ? `${characters.slice(0, longestId).join("")}…` : characters.join("");
  return JSON.stringify(cut).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}
