import { problemText } from '../config/given.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { HubState } from '../model/hub/enrolment.ts';
import type { ChannelRecord } from '../model/notify/channel-record.ts';
import type { Trouble } from '../model/notify/trouble.ts';
import type { Report } from '../model/report/report.ts';
import { withDefault } from '../notify/policy.ts';
import { minute } from '../render/counted.ts';
import { channelRecords } from '../store/channels.ts';
import { clusterDirectory } from '../store/cluster-mail.ts';
import { hasHistory } from '../store/history-file.ts';
import { hubState, knownHubs } from '../store/hub-files.ts';
import { StoreProblem } from '../store/store-problem.ts';

/** News that waits longer than this does not reach anybody. */
const PATIENCE_MS = 24 * 60 * 60 * 1000;

/** Channels that news does not reach, because they cannot be used, refused it, or have not taken it for a day. */
export function channelTroubles(loaded: LoadedConfig, now: string): readonly Trouble[] {
  const { path } = loaded.config.history;
  return [...configurationTroubles(loaded), ...waitingTroubles(loaded, now), ...hubTroubles(path, now)];
}

/** The report with them: broken notification is itself news. */
export function withTrouble(report: Report, loaded: LoadedConfig): Report {
  const trouble = channelTroubles(loaded, report.takenAt);
  return trouble.length === 0 ? report : { ...report, trouble };
}

function configurationTroubles({ problems, leftOut, file }: LoadedConfig): readonly Trouble[] {
  const [first] = problems;
  if (first === undefined) return [];
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  const wrong = `${problemText(first)}${more}; \`pve-doctor config check\` says everything`;
  const channels = leftOut.filter(({ isWrong }) => isWrong);
  if (channels.length === 0) return [{ channel: 'configuration', because: `${file.path} is wrong: ${wrong}` }];
  return channels.map(({ name }) => ({ channel: name, because: `is not used: ${wrong}` }));
}

function waitingTroubles({ config, leftOut }: LoadedConfig, now: string): readonly Trouble[] {
  const { history, notify } = config;
  if (!hasHistory(history.path)) return [];
  try {
    const names = [...withDefault(notify, true, leftOut).channels, ...leftOut].map(({ name }) => name);
    const places = [history.path, clusterDirectory(history.path)].filter(hasHistory);
    return places
      .flatMap((place) => [...channelRecords(place)])
      .flatMap(([channel, { waiting }]) =>
        waiting !== null && names.includes(channel) && isBroken(waiting, now)
          ? [{ channel, because: waitingWords(waiting) }]
          : [],
      );
  } catch (error) {
    if (!(error instanceof StoreProblem)) throw error;
    return [{ channel: 'history', because: `cannot be read, so nobody knows who was told: ${error.message}` }];
  }
}

/** Of a hub, one sentence: what stands in the way now, or else what it never got. */
function hubTroubles(path: string, now: string): readonly Trouble[] {
  const { hubs, broken } = knownHubs(path);
  const troubled = hubs.flatMap(({ channel, directory }) => {
    const { waiting, lost } = hubState(directory);
    if (waiting !== null && isBroken(waiting, now)) return [{ channel, because: waitingWords(waiting) }];
    return lost === null ? [] : [{ channel, because: lostWords(lost) }];
  });
  return [...broken, ...troubled];
}

/** Also for the list of channels. */
export const lostWords = ({ count, because }: NonNullable<HubState['lost']>): string =>
  `never gets ${count === 1 ? 'one report' : `${count} reports`} of this node: ${because}`;

type Waiting = Pick<NonNullable<ChannelRecord['waiting']>, 'refused' | 'since' | 'error'>;

const isBroken = ({ refused, since }: Waiting, now: string): boolean =>
  refused || Date.parse(now) - Date.parse(since) > PATIENCE_MS;

const waitingWords = ({ refused, since, error }: Waiting): string =>
  `${refused ? 'refuses what is sent' : 'takes nothing'} since ${minute(since)}: ${error || 'the run that sent was killed'}`;
