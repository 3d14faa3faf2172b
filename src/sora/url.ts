/** Whether a URL names this machine: localhost, 127.0.0.0/8 or ::1. */
export function isLoopback(url: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}

/** Whether the host is one of Shiguredo's hosted offers, which answer nobody without a key. */
export function needsKey(url: URL): boolean {
  return /(^|\.)sora-(labo|cloud)\.shiguredo\.app$/.test(url.hostname);
}

export const soraCloud = "https://api.sora-cloud.shiguredo.app/sora-api";

export function isSoraCloud(url: URL): boolean {
  return /(^|\.)sora-cloud\.shiguredo\.app$/.test(url.hostname);
}
