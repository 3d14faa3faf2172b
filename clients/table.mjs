import { agents } from "./agents.mjs";
import { bridges } from "./bridges.mjs";
import { commandLines } from "./command-lines.mjs";
import { libraries } from "./libraries.mjs";

/** Every client by the name that people know it by, with the package that it comes in. */
export const clients = { ...libraries, ...commandLines, ...bridges, ...agents };
