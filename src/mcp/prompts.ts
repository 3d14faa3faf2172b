import { ErrorCode, type GetPromptResult, type Prompt as Listed } from "@modelcontextprotocol/sdk/types.js";
import { isObject } from "../json.ts";
import { type PromptName, promptNeeds } from "../moderation/prompt-needs.ts";
import { type Prompt, prompts } from "../moderation/prompts.ts";
import { visibleText } from "../text.ts";
import { rpcError } from "./rpc-error.ts";

/** Characters of a name that nobody has here, and how many problems are told at once. */
const longestName = 64;
const mostProblems = 5;

/** What the settings decide: which tools exist, and what must not be shown. */
interface Settings {
  readonly exists: (tool: string) => boolean;
  readonly redact: (text: string) => string;
}

/** The prompts that exist, as `prompts/list` tells of them. */
export function listPrompts({ exists }: Settings): { prompts: Listed[] } {
  const existing = Object.keys(promptNeeds)
    .filter(isPromptName)
    .filter((name) => exists(promptNeeds[name]));
  return {
    prompts: existing.map((name) => {
      const { title, description, arguments: those } = prompts[name];
      return { name, title, description, arguments: [...those] };
    }),
  };
}

/**
 * Answers `prompts/get` (https://modelcontextprotocol.io/specification/2025-06-18/server/prompts). Throws -32602 for a
 * prompt that does not exist, and for arguments that are not its own.
 */
export function getPrompt(params: Readonly<Record<string, unknown>>, settings: Settings): GetPromptResult {
  const { name, arguments: given } = params;
  const { exists } = settings;
  if (!isPromptName(name) || !exists(promptNeeds[name])) {
    const shown = typeof name === "string" ? shownName(name, settings) : typeof name;
    const why = isPromptName(name) ? ". The operator's settings leave it out." : "";
    throw rpcError(ErrorCode.InvalidParams, `Unknown prompt: ${shown}${why}`);
  }
  const prompt = prompts[name];
  const { texts, problems } = readArguments(prompt, given ?? {}, settings);
  if (problems.length > 0) {
    const names = prompt.arguments.map(({ name, required }) => (required ? name : `${name}?`)).join(", ");
    const shown = problems.slice(0, mostProblems).join("; ");
    throw rpcError(ErrorCode.InvalidParams, `${shown}. ${name} takes: ${names}.`);
  }
  const text = prompt.text(texts, exists);
  return { description: prompt.description, messages: [{ role: "user", content: { type: "text", text } }] };
}

function isPromptName(name: unknown): name is PromptName {
  return typeof name === "string" && Object.hasOwn(promptNeeds, name);
}

function readArguments(prompt: Prompt, given: unknown, settings: Settings) {
  const texts: Record<string, string> = {};
  if (!isObject(given)) return { texts, problems: ["arguments: must be an object"] };
  const members = new Map(Object.entries(given));
  const problems: string[] = [];
  for (const { name, required } of prompt.arguments) {
    // Some clients send null or an empty text for what their user left out.
    const value = members.get(name) ?? undefined;
    members.delete(name);
    if (value !== undefined && typeof value !== "string") problems.push(`${name}: must be text`);
    else if (value !== undefined && value.trim() !== "") texts[name] = settings.redact(value);
    else if (required) problems.push(`${name}: is missing`);
  }
  const unknown = [...members.keys()].map((name) => `${shownName(name, settings)}: unknown argument`);
  return { texts, problems: [...problems, ...unknown] };
}

/** A name that somebody else chose. */
function shownName(name: string, { redact }: Settings): string {
  return JSON.stringify(visibleText(redact(name).slice(0, longestName)));
}
