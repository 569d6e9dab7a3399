import { askHub, liveHttp } from '../channels/hub.ts';
import { printable } from '../render/printable.ts';
import { hubState, knownHubs, spoolOf } from '../store/hub-files.ts';
import { spooled } from '../store/hub-spool.ts';
import { lostWords } from './channel-trouble.ts';
import type { Line } from './notify.ts';

/** Hubs as `notify` shows them beside the channels of the configuration. */

/** Whether every hub, or the one that is called so, answers and knows this node. */
export async function askHubs(
  historyPath: string,
  wanted: string | undefined,
): Promise<readonly { readonly line: string; readonly isKnown: boolean }[]> {
  const { hubs, broken } = knownHubs(historyPath);
  const isWanted = ({ channel }: { readonly channel: string }) =>
    wanted === undefined || [wanted, `hub ${wanted}`].includes(channel);
  const asked = hubs.filter(isWanted).map(async ({ channel, directory, enrolment, key }) => {
    const { takenAt, contentDigest } = hubState(directory);
    const last = takenAt === null || contentDigest === null ? null : { takenAt, contentDigest };
    const wrong = await askHub({ enrolment, key, send: liveHttp, now: () => new Date() }, last);
    const said = wrong === null ? 'it answers, and knows this node' : `failed. ${wrong}`;
    return { line: printable(`${channel}: ${said}`), isKnown: wrong === null };
  });
  const unusable = broken
    .filter(isWanted)
    .map(({ channel, because }) => ({ line: printable(`${channel} ${because}`), isKnown: false }));
  return [...(await Promise.all(asked)), ...unusable];
}

/** What each hub heard last, and what waits for it. */
export function hubLines(historyPath: string): readonly Line[] {
  const { hubs, broken } = knownHubs(historyPath);
  const lines = hubs.map(({ channel, directory }) => {
    const { sentAt, waiting, lost } = hubState(directory);
    const [oldest, ...more] = spooled(spoolOf(directory));
    const count = oldest === undefined ? '' : `${more.length + 1} waiting`;
    const said = [count, waiting?.error ?? '', lost === null ? '' : lostWords(lost)].filter((part) => part !== '');
    return {
      ...{ channel, policy: 'every look', sentAt },
      waitingSince: waiting?.since ?? oldest?.takenAt ?? null,
      attempts: waiting?.attempts ?? 0,
      error: said.join('; '),
    };
  });
  const nothing = { policy: 'every look', sentAt: null, waitingSince: null, attempts: 0 };
  return [...lines, ...broken.map(({ channel, because }) => ({ channel, ...nothing, error: because }))];
}
