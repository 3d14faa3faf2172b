/**
 * What SORA_CONFIRM may be, by what confirms a destructive call: its `confirm` argument, the ticket of its preview, a person
 * who is asked, or the same and a person in the panel.
 */
export const confirmations = ["flag", "preview", "ask", "ask,panel"] as const;
export type Confirmation = (typeof confirmations)[number];

/** What confirms one call: a call from the panel takes the ticket of the panel's preview, whatever SORA_CONFIRM is. */
export type CallConfirmation = Confirmation | "panel";
