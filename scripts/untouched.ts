import { loadConfig } from "../src/settings/load.ts";

/** The settings of a server of which nobody has set anything. */
export const untouched = loadConfig({ env: {}, readFile: () => "" });
