import { separately } from '../channels/index.ts';
import type { Channel, NotifySettings, Policy } from '../model/config/config.ts';
import type { Severity } from '../model/finding.ts';
import { changeBetween } from '../model/notify/change.ts';
import type { ChannelRecord, NewestRun } from '../model/notify/channel-record.ts';
import type { Change } from '../model/notify/message.ts';
import { asPast, isWorse } from '../model/report/history-state.ts';
import type { Report } from '../model/report/report.ts';

/** `up-to-date`: nothing to send, and the channel counts its first change from this run. */
export type Telling = 'report' | 'digest' | 'silent' | 'up-to-date';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Clocks are set back by seconds all the time; what is more than this in the future was written by a wrong one. */
const CLOCK_ERROR_MS = HOUR_MS;

/** A nightly timer comes up to half an hour early; "once a day" must not skip a night for it. */
const A_DAY_MS = 20 * HOUR_MS;

/** What is new for a channel since the last message that it took, its own troubles apart. */
export function newsFor({ name }: Pick<Channel, 'name'>, { told, waiting }: ChannelRecord, run: NewestRun): Change {
  const change = changeBetween(told?.picture ?? null, run.picture, run.report);
  const others = (list: readonly string[]) => list.filter((one) => one !== `channel ${name}`);
  const here = new Set(
    [...run.picture.problems.filter(({ presence }) => presence !== 'gone'), ...change.resolved].map(({ id }) => id),
  );
  const over = (waiting?.offered ?? []).filter(({ id }) => !here.has(id)).map(asPast);
  // What was offered may have been taken, so it is new only if it is what it was then.
  const offered = new Map((waiting?.offered ?? []).map((one) => [one.id, one]));
  const moved = change.fresh.flatMap((problem) => {
    const before = offered.get(problem.id);
    if (before === undefined || before.severity === problem.severity) return [];
    const how = isWorse(problem.severity, before.severity) ? ('worse' as const) : ('better' as const);
    return [{ problem, how, before: asPast(before) }];
  });
  const isMoved = new Set(moved.map(({ problem }) => problem.id));
  return {
    ...change,
    fresh: change.fresh.filter(({ id }) => !isMoved.has(id)),
    changed: [...change.changed, ...moved],
    resolved: [...change.resolved, ...over],
    sight: { lost: others(change.sight.lost), regained: others(change.sight.regained) },
  };
}

/** Whether a channel is sent something now (definitions: `Policy`). */
export function tellingOf(
  policy: Policy,
  change: Change,
  record: ChannelRecord,
  run: NewestRun,
  now: Date,
  settings: Omit<NotifySettings, 'channels'>,
): Telling {
  const heard = record.told?.uuid === run.uuid;
  switch (policy) {
    case 'always':
      return heard ? 'silent' : 'report';
    case 'on-problem':
      return heard || isCalm(run.report) ? 'silent' : 'report';
    case 'on-change':
      if (isNews(change, run) || isReminderDue(record, run, now, settings)) return 'report';
      return record.told === null ? 'up-to-date' : 'silent';
    case 'new-problems':
      if (isWorseNews(change, record, now) || isReminderDue(record, run, now, settings)) return 'report';
      return record.told === null && !change.fresh.some(matters) ? 'up-to-date' : 'silent';
    case 'daily-digest':
      return isDigestDue(record.digestAt, now, settings.digestAt) ? 'digest' : 'silent';
  }
}

/** Nothing is wrong in what was judged; what a task works on is no news. */
const isCalm = ({ status }: Report): boolean => status === 'healthy' || status === 'waiting';

const matters = ({ severity }: { readonly severity: Severity }): boolean => severity !== 'notice';

/**
 * A problem that is critical or a warning came, went, or is not what it was; less can be seen, or all of it again. One that
 * could not be looked for neither came nor went. Runs that were lost are news: nobody knows what is new.
 */
function isNews({ since, fresh, changed, flapping, resolved, sight }: Change, { report }: NewestRun): boolean {
  if (since === null && (report.history?.problem ?? '') !== '') return true;
  const sighted = sight.regained.length > 0 && report.status !== 'unknown';
  if (sight.lost.length > 0 || sighted || (since === null && !isCalm(report))) return true;
  return changed.length > 0 || [...fresh, ...resolved, ...flapping.map(({ problem }) => problem)].some(matters);
}

/** What got worse, from warning up; at once where it is critical, else once a day. */
function isWorseNews({ fresh, changed, flapping, sight }: Change, { sentAt, told }: ChannelRecord, now: Date): boolean {
  const worse = [
    ...fresh,
    ...changed.flatMap(({ problem, how }) => (how === 'worse' ? [problem] : [])),
    ...flapping.map(({ problem }) => problem),
  ].filter(matters);
  if (worse.some(({ severity }) => severity === 'critical')) return true;
  return (worse.length > 0 || sight.lost.length > 0) && (told === null || isPast(sentAt, A_DAY_MS, now));
}

/** A critical problem that stands is repeated, and so is health, each after its own time without a message. */
function isReminderDue(
  { told, sentAt }: ChannelRecord,
  { report, picture }: NewestRun,
  now: Date,
  { remindDays, healthyDays }: Omit<NotifySettings, 'channels'>,
): boolean {
  if (told === null) return false;
  const isOver = (days: number) => days > 0 && isPast(sentAt, days * DAY_MS - (DAY_MS - A_DAY_MS), now);
  const stands = picture.problems.some(
    ({ severity, presence, acknowledged }) =>
      severity === 'critical' && !acknowledged && (presence === 'seen' || presence === 'unseen'),
  );
  return (stands && isOver(remindDays)) || (report.status === 'healthy' && isOver(healthyDays));
}

/** Nothing, or nothing that makes sense, is past. */
function isPast(time: string | null, spanMs: number, now: Date): boolean {
  const ageMs = now.getTime() - Date.parse(time ?? '');
  return !(ageMs < spanMs && ageMs > -CLOCK_ERROR_MS);
}

/** The first moment after `digestAt` of each day, by the node's own time; a node without a digest gets its first one at once. */
function isDigestDue(last: string | null, now: Date, digestAt: string): boolean {
  const lastMs = Date.parse(last ?? '');
  if (Number.isNaN(lastMs) || lastMs - now.getTime() > CLOCK_ERROR_MS) return true;
  const [hours = 0, minutes = 0] = digestAt.split(':').map(Number);
  const moment = new Date(now);
  moment.setHours(hours, minutes, 0, 0);
  if (moment.getTime() > now.getTime()) moment.setDate(moment.getDate() - 1);
  return lastMs < moment.getTime();
}

/** smartd, mdadm, ZED and PVE send mail to root without being asked; so does an installed package that nobody configured. */
const ROOT: Channel = { name: 'root', type: 'node', policy: 'new-problems' };

/**
 * Who gets messages, each recipient by itself. `isPve`: this is a node, not a machine on which somebody tries the program. `leftOut`:
 * channels that are described and not usable. Where a mistake leaves none of them, root is told, who can mend it.
 */
export const withDefault = <T extends NotifySettings>(
  settings: T,
  isPve: boolean,
  leftOut: readonly { readonly isWrong: boolean }[],
): T =>
  settings.channels.length > 0 || leftOut.some(({ isWrong }) => !isWrong) || !isPve || settings.otherwise === 'nobody'
    ? { ...settings, channels: separately(settings.channels) }
    : { ...settings, channels: [ROOT] };
