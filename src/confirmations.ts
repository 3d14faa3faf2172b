/** What confirms a destructive call: its `confirm` argument, the ticket of its preview, or a person who is asked. */
export const confirmations = ["flag", "preview", "ask"] as const;
export type Confirmation = (typeof confirmations)[number];
