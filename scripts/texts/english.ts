import { descriptionIn } from "../../src/mcp/edition.ts";
import { meanings } from "../../src/settings/meanings.ts";
import type { Texts } from "../pages.ts";

/** What the English pages say in their generated parts. What tools and settings are is said in the code itself. */
export const english: Texts = {
  heads: {
    tools: ["tool", "what it does", "kind", "since", "until"],
    settings: ["variable", "flag", "default", "meaning"],
    errors: ["code", "what happened", "what to do"],
    findings: ["finding", "what was seen", "fair", "bad"],
  },
  kinds: { read: "read", write: "write", destructive: "destructive" },
  scopes: { channel: "", channels: ", all channels", server: ", the server" },
  // On Sora Labo every ending is told.
  tool: ({ listed, ending }) => descriptionIn(listed.description, ending, "labo"),
  chapters: {
    moderation: "Moderation",
    signaling: "Signaling",
    push: "Push",
    spotlight: "Spotlight",
    simulcast: "Simulcast",
    metadata: "Notify metadata",
    stats: "Statistics",
    rtp: "RTP streams",
    channels: "All channels",
    sessions: "Sessions",
    forwarding: "Forwarding filters",
    recording: "Recording",
    audio: "Audio streaming",
    server: "Server",
    cluster: "Cluster",
  },
  onlyWhenAskedFor: "only when asked for",
  settings: meanings,
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
      happened:
        "`SORA_CHANNELS`, or over HTTP the caller's entry, does not allow the channel. Nothing was sent.",
      todo: "Name another channel, or let the operator change the setting.",
    },
    limit_reached: {
      happened:
        "`SORA_MAX_AFFECTED` or `SORA_MAX_DESTRUCTIVE_PER_HOUR`, or over HTTP the caller's entry, does not allow the call. Nothing was disconnected, deleted or changed.",
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
      happened:
        "`SORA_CONFIRM=ask`, and the client cannot ask a person; over HTTP, none can. Or somebody wants to disconnect in the panel, which only `ask,panel` allows.",
      todo: "Use a client that supports MCP elicitation, or let the operator set `SORA_CONFIRM=preview`, which works everywhere.",
    },
    ticket_invalid: {
      happened:
        "`SORA_CONFIRM=preview`, or the panel: the ticket is of another call, older than 120 seconds, mistyped or used, or something would be hit that it was not made for (where it was made for more than 20: anything but those). Nothing was disconnected, deleted or changed.",
      todo: "The error holds `would_affect` and a new `ticket` for what would be hit now. Look at it, then call again with that.",
    },
    unsupported: {
      happened:
        "A moderation job cannot be done: this Sora lacks an API that it needs, or does not do what it was asked. What was changed before that was seen is taken back; if that is not certain, the message says so.",
      todo: "Look whether `SORA_RELEASE` is that of your Sora. The hint says what can be done without; where something may be left of a change, look at once.",
    },
    not_found: {
      happened:
        "Nobody of that id is in the channel, nobody at all is there, or no mute of that id is in force. Nothing was changed.",
      todo: "`sora_overview` tells who is there, `sora_list_actions` with the channel which mutes are in force.",
    },
    conflict: {
      happened:
        "Somebody else, as a rule the application, set the channel's forwarding filter, or changed it at the same moment. What was asked for is not in force.",
      todo: "`sora_list_forwarding_filters` shows the filter. Who set it has to change it; a push message, or a mute in the application, is the way then.",
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
      todo: "`error_type` and `error_reason` are Sora's own words. `SchemaNotFound` and the like mean that this release of Sora does not have the API: `doctor`, given what the client has, says which `SORA_RELEASE` to set, where Sora tells its release.",
    },
    rate_limited: {
      happened:
        "Too many calls (HTTP 429), also after the retries; or four `sora_wait` (over HTTP, of this caller) are under way, and this was a fifth.",
      todo: "Wait, then call again.",
    },
    server_error: {
      happened: "Sora or a proxy before it failed (HTTP 5xx), also after the retries.",
      todo: "Try later. After a write, look first whether it took effect.",
    },
    timeout: {
      happened:
        "No answer within `SORA_TIMEOUT_MS`; or mutes before this one in the same channel took over 20 seconds.",
      todo: "Try later or raise the limit. After a write, look first whether it took effect.",
    },
    unreachable: {
      happened:
        "The host was not found, refused or broke the connection, or its certificate could not be verified.",
      todo: "Check `SORA_API_URL`, the network and the proxy; for a private certificate authority, `NODE_EXTRA_CA_CERTS`. `doctor`, given what the client has, says which step fails.",
    },
    bad_response: {
      happened:
        "The answer is not what a Sora answers: no JSON, cut off, over 8 MB, or a redirect that cannot be followed. Or it is too large to pass on. Or Sora took a mute, and it cannot be seen that it holds: the message says whether it was taken back.",
      todo: "Check that `SORA_API_URL` is the API and not a web page or another service. If it is too large to pass on, ask for less with `limit` or `types`; over 8 MB, ask about one connection.",
    },
    cancelled_by_client: {
      happened: "The client cancelled the call. The HTTP request was aborted.",
      todo: "After a write, look whether it took effect.",
    },
  },
  findings: {
    meanings: ({ staleAfterSeconds }) => ({
      uplink_loss: "lost on the way from the client to Sora",
      downlink_loss: "lost on the way from Sora to the client",
      high_rtt: "time from the client to Sora and back",
      high_jitter: "packets come unevenly",
      relay: "connected through a TURN relay (info)",
      relay_tcp: "the same over TCP or TLS (info)",
      bandwidth_limited: "the client sends less video than it would, for want of bandwidth",
      cpu_limited: "the same, as its machine is too slow",
      low_fps: "fewer frames sent than the camera gives",
      freezes: "received video stood still",
      concealment: "received sound was made up, to fill gaps",
      loud_mic: "level of the microphone, 0 to 1 (info where it is muted for everybody)",
      silent_mic: "a microphone that gives not one sound; as a rule, people mute themselves (info)",
      no_media_up:
        "nothing of what the client is to send comes to Sora (bad; info where it says that it captures nothing)",
      no_media_down:
        "nothing goes to the client (bad where others send; fair where it is not sure that it is for this one)",
      not_responding: "no answer to any ICE check, and nothing else comes (bad)",
      duplicate_client: "several connections have this client id (info)",
      layer_missing: "a simulcast layer that is on sends nothing (fair)",
      muted: "a forwarding filter cuts it for so many viewers (info)",
      stale_report: `the client's last report is older than ${staleAfterSeconds} s, and tells nothing of now (info)`,
    }),
    limit: (value, unit, isLowBad) => {
      const amount = unit === "0..1" ? `${value}` : `${value} ${unit}`;
      return isLowBad ? `below ${amount}` : `from ${amount} on`;
    },
  },
};
