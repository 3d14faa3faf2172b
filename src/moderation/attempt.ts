import { ToolError } from "../errors.ts";

export type Outcome<Value> = { readonly answer: Value } | { readonly failure: ToolError };

/** For what a job can do without. Throws only when the job as a whole is over: cancelled, or at fault itself. */
export async function attempt<Value>(reading: Promise<Value>): Promise<Outcome<Value>> {
  return reading.then(
    (answer) => ({ answer }),
    (error: unknown) => {
      if (!(error instanceof ToolError) || error.code === "cancelled_by_client") throw error;
      return { failure: error };
    },
  );
}
