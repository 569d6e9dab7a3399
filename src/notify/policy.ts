import type { Policy } from '../model/config/config.ts';
import type { Change } from '../model/notify/message.ts';
import type { ChannelState } from '../model/notify/outbox.ts';
import type { OverallStatus, Report } from '../model/report/report.ts';

/** `up-to-date`: nothing to tell, and the channel counts its first change from this run. */
export type Telling = 'report' | 'digest' | 'silent' | 'up-to-date';

/** Clocks are set back by seconds all the time; a digest of more than this in the future was made by a wrong one. */
const CLOCK_ERROR_MS = 60 * 60 * 1000;

/** Whether a channel is told of a run (definitions: `Policy`). */
export function tellingOf(
  policy: Policy,
  { status, takenAt }: Pick<Report, 'status' | 'takenAt'>,
  state: ChannelState,
  digestAt: string,
): Telling {
  switch (policy) {
    case 'always':
      return 'report';
    case 'on-problem':
      return status === 'healthy' ? 'silent' : 'report';
    case 'on-change':
      if (isWorthTelling(state.change) || statusChanged(state.status, status)) return 'report';
      return state.status === null ? 'up-to-date' : 'silent';
    case 'daily-digest':
      return isDigestDue(state.lastDigestAt, new Date(takenAt), digestAt) ? 'digest' : 'silent';
  }
}

/**
 * A finding that is critical or a warning came, went, or became more or less than it was. One that could not be looked for
 * (`notJudged`) neither came nor went. A severity that changed is always worth it: two of the three are problems.
 */
const isWorthTelling = ({ fresh, shifted, resolved }: Change): boolean =>
  shifted.length > 0 || [...fresh, ...resolved].some(({ severity }) => severity !== 'notice');

/** Health is no news for whoever was told nothing; everything else is, the unknown included. */
const statusChanged = (told: OverallStatus | null, now: OverallStatus): boolean =>
  told === null ? now !== 'healthy' : told !== now;

/** The first run after `digestAt` of each day, by the node's own time; a node without a digest gets its first one at once. */
function isDigestDue(last: string | null, now: Date, digestAt: string): boolean {
  const lastMs = last === null ? Number.NaN : Date.parse(last);
  if (Number.isNaN(lastMs) || lastMs - now.getTime() > CLOCK_ERROR_MS) return true;
  const [hours = 0, minutes = 0] = digestAt.split(':').map(Number);
  const moment = new Date(now);
  moment.setHours(hours, minutes, 0, 0);
  if (moment.getTime() > now.getTime()) moment.setDate(moment.getDate() - 1);
  return lastMs < moment.getTime();
}
