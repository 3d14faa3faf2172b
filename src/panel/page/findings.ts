import { language } from "./appearance.ts";
import type { Members } from "./host.ts";

/** What is found about somebody, in words: English, Japanese. */
const findings: Readonly<Record<string, readonly [string, string]>> = {
  uplink_loss: ["sends with loss", "送信でパケット損失"],
  downlink_loss: ["receives with loss", "受信でパケット損失"],
  high_rtt: ["long round trip", "往復遅延が大きい"],
  high_jitter: ["jitter", "ジッターが大きい"],
  bandwidth_limited: ["too little bandwidth", "帯域不足"],
  cpu_limited: ["too slow a device", "CPU 性能不足"],
  low_fps: ["few pictures a second", "フレームレートが低い"],
  freezes: ["picture freezes", "映像が止まる"],
  concealment: ["sound has gaps", "音が途切れる"],
  loud_mic: ["loud microphone", "マイクの音が大きい"],
  no_media_up: ["sends nothing", "何も送信していない"],
  no_media_down: ["receives nothing", "何も受信していない"],
  layer_missing: ["layers missing", "送信されないレイヤーがある"],
};

/** A finding with its value and the limit that it crossed, such as `sends with loss 9.2 % (limit 8)`. */
export function findingText({ code, value, limit, unit }: Members): string {
  const { locale, words: known } = language;
  const at = locale === "ja" ? 1 : 0;
  const name = String(code);
  const words = findings[name]?.[at] ?? known.said[name] ?? name;
  // Of nothing there is nothing to measure.
  if (typeof value !== "number" || limit === 0) return words;
  const number = (given: number) => given.toLocaleString(locale);
  // What is measured in part of a time or of samples is clear from what it is.
  const measured =
    `${words} ${number(value)} ${String(unit ?? "").replace(/ of .*|0\.\.1|layers/, "")}`.trimEnd();
  const limitWord = ["limit", "しきい値"][at];
  return typeof limit === "number" ? `${measured} (${limitWord} ${number(limit)})` : measured;
}
