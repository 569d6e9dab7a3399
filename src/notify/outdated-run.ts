import type { NewestRun } from '../model/notify/channel-record.ts';
import { minuteOf } from '../model/time-words.ts';

/** A nightly check that is half a day late. */
const OUTDATED_MS = 36 * 60 * 60 * 1000;

/** What cannot be looked at where no check runs, as news calls it. */
const NO_CHECK = 'the node, since no check has run';

/**
 * The newest run as it is to be told of now: one that is older than 36 hours says nothing of the node, whatever it found. That is told
 * once to each channel, and stands in each digest; the next check ends it.
 */
export function asOfNow(run: NewestRun, now: Date): NewestRun {
  const takenAt = Date.parse(run.report.takenAt);
  if (!(now.getTime() - takenAt > OUTDATED_MS)) return run;
  const since = new Date(takenAt + OUTDATED_MS).toISOString();
  const sentence = `no check has run since ${minuteOf(run.report.takenAt)}: the timer may be switched off, or each run fails (systemctl status pve-doctor.timer pve-doctor.service)`;
  return {
    uuid: `${run.uuid} outdated`,
    picture: {
      ...run.picture,
      status: 'unknown',
      blind: [...run.picture.blind, { name: NO_CHECK, presence: 'seen', moves: [since] }],
    },
    report: {
      ...run.report,
      ...{ status: 'unknown', exitCode: 3, isOutdated: true },
      notSeen: [sentence, ...run.report.notSeen],
    },
  };
}
