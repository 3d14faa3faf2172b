import { afterAll, beforeEach } from "vitest";

/** Checks what the tests of a file have done together, after the last one; not when only some of them were to run. */
export function afterWholeFile(check: () => void): void {
  let isWhole = false;
  beforeEach(({ task }) => {
    isWhole = !hasLeftOut(task.file);
  });
  afterAll(() => {
    if (isWhole) check();
  });
}

interface Task {
  readonly mode: string;
  readonly tasks?: readonly Task[];
}

function hasLeftOut({ mode, tasks = [] }: Task): boolean {
  return mode === "skip" || tasks.some(hasLeftOut);
}
