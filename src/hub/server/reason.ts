import { Refused } from '../receive/refusal.ts';

const LONGEST_REASON = 500;

/** Whoever comes next reads why. */
export function reasonOf(text: string): string {
  const reason = text.trim();
  if (reason === '' || reason.length > LONGEST_REASON)
    throw new Refused(422, `a reason of up to ${LONGEST_REASON} characters is wanted; nothing was changed`);
  return reason;
}
