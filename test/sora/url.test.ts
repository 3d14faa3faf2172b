import { expect, test } from "vitest";
import { isLoopback, needsKey } from "../../src/sora/url.ts";

test.each([
  "http://127.0.0.1/",
  "http://127.0.0.1:3000/",
  "http://127.255.255.254/",
  "http://127.1/",
  "http://0x7f.0.0.1/",
  "http://2130706433/",
  "http://localhost/",
  "http://LOCALHOST:3000/",
  "http://[::1]/",
  "http://[0:0:0:0:0:0:0:1]:3000/",
])("%s is this machine", (url) => {
  expect(isLoopback(new URL(url))).toBe(true);
});

test.each([
  "http://192.0.2.1/",
  "http://10.0.0.1/",
  "http://0.0.0.0/",
  "http://128.0.0.1/",
  "http://[::]/",
  "http://[2001:db8::1]/",
  "http://example.net/",
  "http://127.0.0.1.example.net/",
  "http://127.example.net/",
  "http://localhost.example.net/",
  "http://notlocalhost/",
  "http://.localhost/",
  "http://sora.localhost/",
  "http://127.0.0.1@192.0.2.1/",
  "http://192.0.2.1/127.0.0.1",
  "http://192.0.2.1/#localhost",
])("%s is another machine", (url) => {
  expect(isLoopback(new URL(url))).toBe(false);
});

test.each([
  "https://sora-api.sora-labo.shiguredo.app/",
  "https://api.sora-cloud.shiguredo.app/sora-api",
  "https://sora-labo.shiguredo.app/",
  "https://SORA-API.SORA-LABO.SHIGUREDO.APP/",
])("%s answers nobody without a key", (url) => {
  expect(needsKey(new URL(url))).toBe(true);
});

test.each([
  "http://127.0.0.1:3000/",
  "https://sora.example.net/",
  "https://shiguredo.app/",
  "https://notsora-labo.shiguredo.app/",
  "https://sora-labo.shiguredo.app.example.net/",
  "https://sora-labo-shiguredo.app/",
  "https://example.net/sora-labo.shiguredo.app",
])("%s may need no key", (url) => {
  expect(needsKey(new URL(url))).toBe(false);
});
