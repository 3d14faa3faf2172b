/** What stands on a page between `<!-- name:begin -->` and `<!-- name:end -->`. Throws when nothing does. */
export function marked(page: string, name: string): string {
  const [, inside] = page.match(new RegExp(`<!-- ${name}:begin -->\\n(.*?)<!-- ${name}:end -->`, "s")) ?? [];
  if (inside === undefined) throw new Error(`The page has no ${name}.`);
  return inside;
}

/** The lines of the first block of code. */
export function block(text: string): string {
  const [, lines] = text.match(/^```\w*\n(.*?)\n```$/ms) ?? [];
  if (lines === undefined) throw new Error("There is no block of code.");
  return lines;
}

/** The anchors that GitHub makes of a page's headings. */
export function anchors(page: string): string[] {
  const withoutCode = page.replace(/^```.*?^```$/gms, "");
  const seen = new Map<string, number>();
  return [...withoutCode.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
      .replaceAll(" ", "-");
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  });
}
