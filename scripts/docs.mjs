import { writeFileSync } from "node:fs";
import { loadSource } from "./load-source.mjs";

// Writes the committed files that follow from the code. test/documents.test.ts fails while one of them is out of date.
const { documents } = await loadSource("scripts/documents.ts");
for (const [path, text] of Object.entries(documents())) writeFileSync(path, text);
