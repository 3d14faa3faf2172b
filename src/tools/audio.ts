import { z } from "zod";
import { api } from "./api.ts";
import { channel_id, connection_id } from "./fields.ts";
import { wrapped } from "./shapes.ts";

const channel = z.object({ channel_id }).strict();
const connection = z.object({ channel_id, connection_id }).strict();
const gateway = "Experimental; needs an audio streaming gateway.";

/** https://sora-doc.shiguredo.jp/AUDIO_STREAMING */
export const audioTools = [
  api({
    operation: "StartAudioStreaming",
    version: "20221221",
    kind: "write",
    since: "2022.2",
    title: "Start audio streaming",
    description: `Sends what is said in a channel to an outside service, such as speech to text. ${gateway}`,
    input: channel,
  }),
  api({
    operation: "StopAudioStreaming",
    version: "20221221",
    kind: "write",
    since: "2022.2",
    title: "Stop audio streaming",
    description: `Stops sending what is said in a channel to an outside service. ${gateway}`,
    input: channel,
  }),
  api({
    operation: "SubscribeAudioStreamingResultPush",
    version: "20221221",
    kind: "write",
    since: "2022.2",
    title: "Subscribe to audio results",
    description: `Lets a connection get the results of audio streaming as push messages. ${gateway}`,
    input: connection,
  }),
  api({
    operation: "UnsubscribeAudioStreamingResultPush",
    version: "20221221",
    kind: "write",
    since: "2022.2",
    title: "Unsubscribe from audio results",
    description: `Stops the results of audio streaming for a connection. ${gateway}`,
    input: connection,
  }),
  api({
    operation: "ListAudioStreamingResultPushState",
    version: "20230628",
    kind: "read",
    since: "2023.1",
    title: "List who gets audio results",
    description: `Lists which connections of a channel get the results of audio streaming; untrusted text. ${gateway}`,
    input: channel,
    shape: wrapped("state"),
  }),
];
