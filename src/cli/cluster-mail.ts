import type { LoadedConfig } from '../config/load-config.ts';
import { type ClusterState, mailReportOf, publishedView } from '../engine/cluster-state.ts';
import { type MailPart, type MailRole, mailRole } from '../model/cluster/mail-part.ts';
import type { NotifySettings } from '../model/config/config.ts';
import { messageOf } from '../model/faults.ts';
import { heardAnywhere, keepClusterRun, mailPartOf, noteTold, toldAnywhere } from '../notify/cluster-round.ts';
import { withDefault } from '../notify/policy.ts';
import type { Occasion } from '../notify/tell.ts';
import { channelRecords } from '../store/channels.ts';
import { clusterDirectory, readPass, writePass } from '../store/cluster-mail.ts';
import { hasHistory } from '../store/history-file.ts';
import { StoreProblem } from '../store/store-problem.ts';
import { type SendingResult, tellAll } from './notify-run.ts';
import { type Terminal, warn } from './terminal.ts';

export interface Telling {
  /** Of the history of this node. */
  readonly path: string;
  readonly settings: NotifySettings;
  readonly cause: 'run' | 'retry';
}

/** How the channels of one history are told; tests have a way of their own. */
export type TellAll = (
  path: string,
  occasion: Pick<Occasion, 'settings' | 'cause' | 'cluster'>,
  terminal: Terminal,
) => Promise<SendingResult>;

/**
 * Tells the channels what they have not heard: of this node by its own history, or of the cluster by that of the cluster, or
 * nothing, where another node does it. What it saw to is noted, for the others to rely on.
 */
export async function tellInCluster(
  state: ClusterState,
  telling: Telling,
  terminal: Terminal,
  tell: TellAll = tellAll,
): Promise<SendingResult> {
  const { path, settings } = telling;
  const role: MailRole =
    settings.cluster === 'one' ? mailRole(publishedView(state)) : { role: 'own', because: 'its settings say so' };
  const result = await TELL[role.role]({ state, telling, role, tell: (at, occasion) => tell(at, occasion, terminal) });
  try {
    // Nobody relies on who has something that waits.
    const isDone = result.failed.length === 0 && !hasWaiting(path, settings);
    const passedAt = isDone ? state.peers.readAt : (await readPass(path)).passedAt;
    await writePass({ passedAt, covers: role.role === 'sends' ? role.covers : [] }, path);
  } catch (error) {
    await warn(terminal, messageOf(error));
  }
  return result;
}

interface Turn {
  readonly state: ClusterState;
  readonly telling: Telling;
  readonly role: MailRole;
  readonly tell: (path: string, occasion: Parameters<TellAll>[1]) => Promise<SendingResult>;
}

const TELL: Readonly<Record<MailRole['role'], (turn: Turn) => Promise<SendingResult>>> = {
  own: tellOwn,
  covered: tellRest,
  sends: tellForAll,
};

async function tellOwn({ telling: { path, ...occasion }, tell }: Turn): Promise<SendingResult> {
  return await tell(path, occasion);
}

/** A channel that the node which sends does not have hears of nothing else. */
async function tellRest({ state, telling, role, tell }: Turn): Promise<SendingResult> {
  const { path, settings, cause } = telling;
  const { words, self, readAt } = state.peers;
  const covered = role.role === 'covered' ? role.channels : [];
  const told = toldAnywhere(words).filter(({ channel }) => covered.includes(channel));
  const failed = inStore(() => noteTold(path, self, told, readAt));
  if (failed !== null) return { sent: [], failed: [failed] };
  const channels = settings.channels.filter(({ name }) => !covered.includes(name));
  return channels.length === 0 ? NOTHING : await tell(path, { settings: { ...settings, channels }, cause });
}

async function tellForAll({ state, telling, role, tell }: Turn): Promise<SendingResult> {
  const { path, settings, cause } = telling;
  const { words, self, readAt } = state.peers;
  const report = mailReportOf(state, role.role === 'sends' ? role.covers : []);
  const failed = inStore(() => {
    const kept = keepClusterRun(path, words, report);
    if (!kept.kept) throw new StoreProblem(kept.because);
  });
  // What cannot be kept cannot be told once: this node tells its own, and before long the others do so too.
  if (failed !== null) return withFailure(await tell(path, { settings, cause }), failed);
  const cluster = { name: state.clusterName, heard: heardAnywhere(words) };
  const result = await tell(clusterDirectory(path), { settings, cause, cluster });
  return withFailure(
    result,
    inStore(() => noteTold(path, self, ownTold(path), readAt)),
  );
}

const NOTHING: SendingResult = { sent: [], failed: [] };

const withFailure = (result: SendingResult, failed: string | null): SendingResult =>
  failed === null ? result : { ...result, failed: [...result.failed, failed] };

const ownTold = (path: string) =>
  [...channelRecords(clusterDirectory(path))].map(([channel, record]) => ({ channel, ...record }));

/** What the disk refuses is a sentence; null where it refused nothing. */
function inStore(work: () => void): string | null {
  try {
    work();
    return null;
  } catch (error) {
    if (!(error instanceof StoreProblem)) throw error;
    return error.message;
  }
}

function hasWaiting(path: string, { channels }: NotifySettings): boolean {
  const names = new Set(channels.map(({ name }) => name));
  return [path, clusterDirectory(path)].some(
    (directory) =>
      hasHistory(directory) &&
      [...channelRecords(directory)].some(([name, { waiting }]) => names.has(name) && waiting !== null),
  );
}

/** What this node says of the mail of its cluster in its record; null where nobody can say, and then nobody relies on it. */
export async function mailPart(
  { config, leftOut }: Pick<LoadedConfig, 'config' | 'leftOut'>,
  isPve: boolean,
): Promise<MailPart | null> {
  const { channels, cluster } = withDefault(config.notify, isPve, leftOut);
  try {
    return await mailPartOf(
      config.history.path,
      cluster === 'one',
      channels.map(({ name }) => name),
    );
  } catch (error) {
    if (error instanceof StoreProblem) return null;
    throw error;
  }
}
