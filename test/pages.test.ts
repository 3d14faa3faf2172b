import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import packageJson from "../package.json";
import { pages } from "../scripts/documents.ts";
import { refusalCodes } from "../src/errors.ts";
import { jobFailureCodes } from "../src/moderation/errors.ts";
import { newestRelease, oldestRelease } from "../src/releases.ts";
import { lookalikes } from "../src/settings/lookalikes.ts";
import { allSettings } from "../src/settings/settings.ts";
import { soraFailureCodes } from "../src/sora/errors.ts";
import { anchors, marked } from "./support/page.ts";

const read = (path: string) => readFileSync(path, "utf8");
const documented = allSettings.map(({ variable }) => variable);
const settingsIn = (text: string) => [...new Set(text.match(/\bSORA_[A-Z_]+\b/g))];

describe.each([...pages.flat(), "SECURITY.md", "CONTRIBUTING.md"])("%s", (file) => {
  const text = read(file);

  test("leads somewhere with each link within the project", () => {
    const links = [...text.matchAll(/\]\(((?!https:)[^)#]*)(?:#([^)]*))?\)/g)];
    for (const [link, path = "", anchor] of links) {
      const target = path === "" ? file : join(dirname(file), path);
      expect(existsSync(target), link).toBe(true);
      if (anchor !== undefined) expect(anchors(read(target)), link).toContain(anchor);
    }
  });
});

describe.each(pages.flat())("%s", (file) => {
  const text = read(file);

  test("tells no number of tools, which would be wrong with the next one", () => {
    expect(text.match(/\d+ (tools|APIs)|(ツール|API)は? ?\d+ 個|\d+ 個の ?(ツール|API|うち)/g)).toBeNull();
  });

  test("names no setting that there is not, but misspelt ones, and no version but the package's", () => {
    const others = settingsIn(text).filter((name) => !documented.includes(name));
    expect(others.filter((name) => lookalikes({ [name]: "set" }).length === 0)).toEqual([]);
    for (const [version] of text.matchAll(/(?<=sora-labo-mcp-)\d+\.\d+\.\d+/g))
      expect(version).toBe(packageJson.version);
  });

  test("can be left again: it leads to its other language, and a page of docs/ to the README", () => {
    const other = pages.find((pair) => pair.includes(file))?.find((path) => path !== file) ?? "";
    const back = file.replace(/^docs\/\w+/, "README");
    const [head = ""] = text.split(/^## /m);
    expect(head).toContain(`](${other.replace("docs/", "")})`);
    if (file !== back) expect(head).toContain(`](../${back})`);
  });
});

describe.each(pages)("%s and %s", (english, japanese) => {
  test("carry the same facts: blocks, links, headings, code in tables, values of settings", () => {
    const facts = (file: string) => {
      const text = read(file);
      return {
        blocks: text.match(/^```.*?^```$/gms),
        marks: text.match(/^<!-- .* -->$/gm),
        links: text
          .match(/\]\([^)#]+/g)
          ?.filter((link) => !link.includes("README"))
          // The page has its Japanese, to which Japanese pages lead.
          .map((link) => link.replace(".ja.md", ".md"))
          .sort(),
        headings: text.match(/^#+ /gm),
        rows: text.match(/^\|/gm)?.length,
        firstCells: text.match(/^\| `[^`]+`/gm),
        bullets: text.match(/^(- |\d\. )/gm)?.length,
        settings: text.match(/`SORA_[A-Z_]+=[^`]*`/g),
      };
    };
    expect(facts(japanese)).toEqual(facts(english));
  });
});

describe.each([0, 1])("in language %i", (at) => {
  const page = (name: string) => read(pages.find(([path]) => path === `docs/${name}.md`)?.[at] ?? "");

  test("every setting and every error code has its row", () => {
    expect(settingsIn(marked(page("settings"), "settings"))).toEqual(documented);
    for (const code of [...refusalCodes, ...soraFailureCodes, ...jobFailureCodes])
      expect(marked(page("errors"), "errors")).toContain(`| \`${code}\` |`);
  });

  test("the README has a link to every page, so that none is lost", () => {
    const links = [...read(pages[0]?.[at] ?? "").matchAll(/\]\((docs\/[^)#]+)/g)].map(([, path]) => path);
    const [, ...others] = pages.map((pair) => pair[at]);
    expect(links).toEqual(expect.arrayContaining(others));
  });

  test("the releases that may be set are told", () => {
    const [, range = ""] = page("tools").match(/^- [^`\n]*(\d{4}\.\d [^`\n]* \d{4}\.\d).*: /m) ?? [];
    expect(range.match(/\d{4}\.\d/g)).toEqual([oldestRelease, newestRelease]);
  });
});

test("the numbers that are told of the jobs stand in both languages", () => {
  const numbers = (file: string) => {
    const [, section = ""] = read(file).match(/<!-- job:end -->(.*)/s) ?? [];
    return new Set(section.match(/\b\d+(?:\.\d+)?\b/g));
  };
  const english = numbers("docs/jobs.md");
  expect(english.size).toBeGreaterThan(8);
  expect([...numbers("docs/jobs.ja.md")]).toEqual(expect.arrayContaining([...english]));
});
