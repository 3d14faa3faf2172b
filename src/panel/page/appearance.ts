import { type Members, membersOf, notify } from "./host.ts";
import { speak } from "./words.ts";

/** Pixels. Who is in a large channel is scrolled through: a chat would be all panel. */
const tallest = 1_000;

const root = document.documentElement;

/** Looks and speaks like the host, as far as it says how: all of it, or what has changed. */
export function follow({ theme, styles, locale }: Members): void {
  if (theme === "light" || theme === "dark") root.style.colorScheme = theme;
  for (const [name, value] of Object.entries(membersOf(membersOf(styles).variables))) {
    if (name.startsWith("--") && typeof value === "string") root.style.setProperty(name, value);
  }
  if (typeof locale === "string") speak(locale);
}

/** Tells the host how large the page is, now and when that changes. */
export function tellSize(): void {
  let told = 0;
  new ResizeObserver(() => {
    const height = Math.min(Math.ceil(root.getBoundingClientRect().height), tallest);
    if (height === told) return;
    told = height;
    notify("ui/notifications/size-changed", { width: root.clientWidth, height });
  }).observe(root);
}
