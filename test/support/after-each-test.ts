import { afterEach } from "vitest";
import { closeAll } from "./closing.ts";

// Run for every test file, also where files share a worker.
afterEach(closeAll);
