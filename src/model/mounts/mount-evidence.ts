import type { Found, LeftOutOfAll } from '../check.ts';
import { type Command, reads } from '../command/command.ts';
import type { Evidence, Subject } from '../finding.ts';
import { hidden, type LeftOut } from '../report/not-judged.ts';
import { guestLabel } from './mount-dependents.ts';
import { optionText } from './mount-tree.ts';
import type { Beneath, Container, SeenMount, ServerAnswer } from './mounts.ts';
import { serverKey, serverOf } from './remote-filesystems.ts';

/** The container by VMID and name; empty for the node. */
export const containerLabel = ({ vmid, name }: Pick<Container, 'vmid' | 'name'>): string =>
  guestLabel({ vmid, name, type: 'lxc' });

/** `/mnt/nas`, `/mnt/nas in CT 101 (web)`. */
export const placeOf = (target: string, container: Container | null): string =>
  container === null ? target : `${target} in ${containerLabel(container)}`;

export const mountSubject = (target: string, container: Pick<Container, 'vmid'> | null): Subject => ({
  kind: 'mount',
  id: container === null ? target : `${container.vmid}:${target}`,
});

/** A finding about a mount of the node, or about one that a container sees: then its headline begins with the mount point. */
export const mountFinding = (
  target: string,
  container: Container | null,
  { harm, headline, ...words }: Omit<Found, 'subject' | 'vmid'>,
): Found => ({
  harm,
  subject: mountSubject(target, container),
  ...words,
  headline: container === null ? headline : `${target} ${headline}`,
  vmid: container?.vmid ?? null,
});

/** Containers whose configuration could not be read, each as a sentence. */
export const unreadConfigs = (containers: readonly Container[]): readonly string[] =>
  containers.flatMap((container) =>
    container.config.state === 'known' ? [] : [`${containerLabel(container)}: its configuration could not be read`],
  );

export const tableOf = (container: Container | null): string => `/proc/${container?.initPid ?? 1}/mountinfo`;

/** Options that say how a mount behaves; sizes and addresses are in the mount table. */
const TELLING =
  /^(?:ro|rw|hard|soft|softerr|intr|sync|allow_other|_netdev|(?:vers|timeo|retrans|sec|cache|user_id)=.*)$/;

const tellingOptions = (mount: SeenMount): string =>
  optionText(mount)
    .split(',')
    .filter((option) => TELLING.test(option))
    .join(',');

export const mountEvidence = (mount: SeenMount, container: Container | null): Evidence => ({
  fact: `${mount.source} is mounted on ${mount.target}, ${mount.fsType}, device ${mount.devNo}, ${tellingOptions(mount)}`,
  source: tableOf(container),
});

/** The port is a signal of its own: a server that accepts connections may still not serve this mount. */
export function serverEvidence(mount: SeenMount, answer: ServerAnswer | null): readonly Evidence[] {
  const server = serverOf(mount.fsType, mount.source, mount.superOptions);
  if (server === null || answer === null || answer.answers === null) return [];
  const answers = answer.detail.replace(/^no answer/, 'gives no answer');
  return [{ fact: `its server ${serverKey(server)} ${answers}`, source: 'TCP connection from this node' }];
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** `1.5 GiB`. */
export function bytesText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < UNITS.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

type Commands = readonly Command[];

/** What shows, from this node, whether a server is there and what it offers. It ends by itself when the server is silent. */
export function serverCommands(fsType: string, source: string, options: readonly string[]): Commands {
  const server = serverOf(fsType, source, options);
  if (server === null) return programCommands(fsType);
  const { host } = server;
  return fsType.startsWith('nfs') ? [reads('showmount', '-e', host)] : [reads('smbclient', '-N', '-L', `//${host}`)];
}

/** `fuse.sshfs`: the program that serves it. */
function programCommands(fsType: string): Commands {
  const program = /^fuse\.([A-Za-z0-9_.-]+)$/.exec(fsType)?.[1];
  return program === undefined ? [] : [reads('pgrep', '-af', program)];
}

export const serverCommandsOf = ({ fsType, source, superOptions }: SeenMount): Commands =>
  serverCommands(fsType, source, superOptions);

/** Markers such as `NOT-MOUNTED` are put there on purpose; they are small. */
const MARKER_BYTES = 4096;

/** Data in a directory that a mount hides or should hide. Empty directories are what PVE makes in every storage. */
export const holdsFiles = (beneath: Beneath | undefined): beneath is Beneath =>
  beneath !== undefined && beneath.files > 0 && beneath.bytes > MARKER_BYTES;

const describeBeneath = ({ files, bytes, newestPath, newestAt, complete }: Beneath): string =>
  `${complete ? '' : 'at least '}${bytesText(bytes)} in ${files} file${files === 1 ? '' : 's'}, the newest ${newestPath} of ${newestAt}`;

export const beneathEvidence = (target: string, beneath: Beneath): Evidence => ({
  fact: `in the directory ${target} itself: ${describeBeneath(beneath)}`,
  source: 'read-only, in a mount namespace of its own',
});

/** What can be asked only of a file system that is mounted and answers. */
const OF_WHAT_ANSWERS = ['MNT002', 'MNT004', 'MNT005', 'MNT006', 'CT002', 'CT004', 'CT005'] as const;

/** Whether it is full or read-only nobody sees of a file system that is not there to be asked, which is a finding of its own. */
export const awayMount = (of: Pick<LeftOut, 'subject' | 'vmids'>, reason: string): LeftOutOfAll => ({
  ...hidden(reason, { ...of, kind: 'away' }),
  codes: OF_WHAT_ANSWERS,
});
