/** What stands where rows are left out. */
export const moreText = (hidden: number): string => `and ${hidden} more, in the attached report`;

export const ATTACHED = 'The full report is attached, with the evidence and every command.';
