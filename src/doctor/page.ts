import type { Report } from "./examine.ts";

export function page({ ok, versions, settings, checks }: Report): string {
  const widest = Math.max(...settings.map(({ variable }) => variable.length));
  const widestCheck = Math.max(...checks.map(({ name }) => name.length));
  const lines = [
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
    "",
    "Settings in force: those of this terminal, not of your MCP client",
    ...settings.map(
      ({ variable, value, source }) =>
        `  ${variable.padEnd(widest)}  ${value}${source === "default" ? "" : `  (${source})`}`,
    ),
    "",
    "Checks",
    ...checks.map(({ name, status, detail, ms }) => {
      const time = ms === undefined ? "" : ` (${ms.toFixed(1)} ms)`;
      return `  ${status.padEnd(7)}  ${name.padEnd(widestCheck)}  ${detail.replaceAll("\n", " ")}${time}`;
    }),
  ];
  const fixes = checks.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
  if (fixes.length > 0) lines.push("", "To fix", ...fixes.map((fix) => `  - ${fix}`));
  const hasAdvice = checks.some(({ status }) => status === "advice");
  const well = hasAdvice ? "It works; see the advice above." : "All is well.";
  lines.push("", ok ? well : "Something is wrong.");
  return lines.join("\n");
}
