import { type Members, membersOf, notify } from "./host.ts";
import { type Words, words } from "./words.ts";

/** Pixels. Who is in a large channel is scrolled through: a chat would be all panel. */
const tallest = 640;

const root = document.documentElement;
let most = tallest;

/** The language of the host's person. */
export const language: { locale: keyof typeof words; words: Words } = { locale: "en", words: words.en };

/** Looks and speaks like the host, as far as it says how: all of it, or what has changed. */
export function follow(context: Members): void {
  const { theme, styles, locale, containerDimensions } = context;
  if (theme === "light" || theme === "dark") root.style.colorScheme = theme;
  for (const [name, value] of Object.entries(membersOf(membersOf(styles).variables))) {
    if (name.startsWith("--") && typeof value === "string") root.style.setProperty(name, value);
  }
  if (typeof locale === "string") speak(locale);
  const { maxHeight } = membersOf(containerDimensions);
  if (typeof maxHeight === "number") most = maxHeight;
}

/** Speaks Japanese, or English, by a BCP 47 tag. */
export function speak(tag: string): void {
  const locale = /^ja\b/i.test(tag) ? "ja" : "en";
  language.locale = locale;
  language.words = words[locale];
  root.lang = locale;
}

/** Tells the host how large the page is, now and when that changes. */
export function tellSize(): void {
  let told = 0;
  new ResizeObserver(() => {
    const height = Math.min(Math.ceil(root.getBoundingClientRect().height), most);
    if (height === told) return;
    told = height;
    notify("ui/notifications/size-changed", { width: root.clientWidth, height });
  }).observe(root);
}
