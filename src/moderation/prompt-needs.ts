/** Every prompt with the tool that it cannot do without. Apart from the texts, which a start does not load. */
export const promptNeeds = {
  moderate_channel: "sora_overview",
  why_is_it_bad: "sora_diagnose",
  hand_over: "sora_list_actions",
} as const;

export type PromptName = keyof typeof promptNeeds;
