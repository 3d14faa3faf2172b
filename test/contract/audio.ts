import { type ContractRow, channel_id, connection_id, done } from "./row.ts";

const one = { channel_id, connection_id };
const state = [{ connection_id }];

export const audio: readonly ContractRow[] = [
  {
    tool: "sora_start_audio_streaming",
    kind: "write",
    since: "2022.2",
    channel: "channel_id",
    least: {
      args: { channel_id },
      requests: [
        { target: "Sora_20221221.StartAudioStreaming", body: { channel_id }, answer: { channel_id } },
      ],
      gives: done({ channel_id }),
    },
  },
  {
    tool: "sora_stop_audio_streaming",
    kind: "write",
    since: "2022.2",
    channel: "channel_id",
    least: {
      args: { channel_id },
      requests: [
        { target: "Sora_20221221.StopAudioStreaming", body: { channel_id }, answer: { channel_id } },
      ],
      gives: done({ channel_id }),
    },
  },
  {
    tool: "sora_subscribe_audio_streaming_result_push",
    kind: "write",
    since: "2022.2",
    channel: "channel_id",
    least: {
      args: one,
      requests: [{ target: "Sora_20221221.SubscribeAudioStreamingResultPush", body: one, answer: one }],
      gives: done(one),
    },
  },
  {
    tool: "sora_unsubscribe_audio_streaming_result_push",
    kind: "write",
    since: "2022.2",
    channel: "channel_id",
    least: {
      args: one,
      requests: [{ target: "Sora_20221221.UnsubscribeAudioStreamingResultPush", body: one, answer: one }],
      gives: done(one),
    },
  },
  {
    tool: "sora_list_audio_streaming_result_push_state",
    kind: "read",
    since: "2023.1",
    channel: "channel_id",
    least: {
      args: { channel_id },
      requests: [
        { target: "Sora_20230628.ListAudioStreamingResultPushState", body: { channel_id }, answer: state },
      ],
      gives: { state },
    },
  },
];
