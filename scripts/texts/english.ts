import { descriptionIn } from "../../src/mcp/edition.ts";
import { settings } from "../../src/settings/settings.ts";
import type { Texts } from "../readme.ts";
import { englishToolsPage } from "./tools-page.ts";

/** The texts of README.md and TOOLS.md. What tools and settings are is said in the code itself. */
export const english: Texts = {
  language: "english",
  heads: {
    tools: ["tool", "kind", "since", "until", "what it does"],
    settings: ["variable", "flag", "default", "meaning"],
    errors: ["code", "what happened", "what to do"],
  },
  kinds: { read: "read", write: "write", destructive: "destructive" },
  // On Sora Labo every ending is told.
  tool: ({ listed, ending }) => descriptionIn(listed.description, ending, "labo"),
  toolsPage: englishToolsPage,
  onlyWhenAskedFor: "only when asked for",
  settings,
  errors: {
    invalid_arguments: {
      happened: "An argument is missing, misspelt, of the wrong type or out of range. Nothing was sent.",
      todo: "The message names each argument; the hint lists those that the tool takes.",
    },
    not_configured: {
      happened:
        "The key is missing, a setting was not understood, or the audit log cannot be written. Nothing was sent, except where the message says how the call ended.",
      todo: "Set the variable that the hint names, and restart the server.",
    },
    channel_not_allowed: {
      happened: "`SORA_CHANNELS` does not allow the channel. Nothing was sent.",
      todo: "Name another channel, or let the operator change the setting.",
    },
    limit_reached: {
      happened:
        "`SORA_MAX_AFFECTED` or `SORA_MAX_DESTRUCTIVE_PER_HOUR` does not allow the call. Nothing was disconnected, deleted or changed.",
      todo: "The hint says by how many it is too large, or when the next call may come; where the limit is 0, only the operator can help.",
    },
    declined: {
      happened:
        "`SORA_CONFIRM=ask`: the answer to the question was no, or the form came back without a yes. Whether a person or the client's own policy gave it cannot be told. Nothing was disconnected, deleted or changed.",
      todo: "Leave it.",
    },
    cancelled: {
      happened:
        "`SORA_CONFIRM=ask`: the question was closed or not answered in time, or ever more would have been hit. Nothing was disconnected, deleted or changed.",
      todo: "Leave it, unless somebody asks for it again.",
    },
    confirmation_unavailable: {
      happened: "`SORA_CONFIRM=ask`, and the client cannot ask a person.",
      todo: "Use a client that supports MCP elicitation, or let the operator change the setting.",
    },
    ticket_invalid: {
      happened:
        "`SORA_CONFIRM=preview`: the ticket is of another call, older than 120 seconds, mistyped or used, or something would be hit that it was not made for (where it was made for more than 20: anything but those). Nothing was disconnected, deleted or changed.",
      todo: "The error holds `would_affect` and a new `ticket` for what would be hit now. Look at it, then call again with that.",
    },
    unauthorized: {
      happened: "Sora's front did not accept the key (HTTP 401).",
      todo: "Check `SORA_API_KEY`, and that it belongs to `SORA_API_URL`.",
    },
    forbidden: {
      happened: "The key may not do that (HTTP 403).",
      todo: "Check that the channel belongs to the project of the key, and that the API is offered there.",
    },
    sora_error: {
      happened: "Sora refused the call (any other 4xx).",
      todo: "`error_type` and `error_reason` are Sora's own words. `SchemaNotFound` and the like mean that this release of Sora does not have the API: `doctor` says which `SORA_RELEASE` to set, where Sora tells its release.",
    },
    rate_limited: {
      happened: "Too many calls (HTTP 429), also after the retries.",
      todo: "Wait, then call again.",
    },
    server_error: {
      happened: "Sora or a proxy before it failed (HTTP 5xx), also after the retries.",
      todo: "Try later. After a write, look first whether it took effect.",
    },
    timeout: {
      happened: "No answer within `SORA_TIMEOUT_MS`.",
      todo: "Try later or raise the limit. After a write, look first whether it took effect.",
    },
    unreachable: {
      happened:
        "The host was not found, refused or broke the connection, or its certificate could not be verified.",
      todo: "Check `SORA_API_URL`, the network and the proxy; for a private certificate authority, `NODE_EXTRA_CA_CERTS`. `doctor` says which step fails.",
    },
    bad_response: {
      happened:
        "The answer is not what a Sora answers: no JSON, cut off, over 8 MB, or a redirect that cannot be followed. Or it is too large to pass on.",
      todo: "Check that `SORA_API_URL` is the API and not a web page or another service. If it is too large to pass on, ask for less with `limit` or `types`; over 8 MB, ask about one connection.",
    },
    cancelled_by_client: {
      happened: "The client cancelled the call. The HTTP request was aborted.",
      todo: "After a write, look whether it took effect.",
    },
  },
};
