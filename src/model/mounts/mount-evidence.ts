import type { Evidence, Subject } from '../finding.ts';
import { optionText } from './mount-tree.ts';
import type { Container, SeenMount, ServerAnswer } from './mounts.ts';
import { serverKey, serverOf } from './remote-filesystems.ts';

/** The container by VMID and name; empty for the node. */
export const containerLabel = ({ vmid, name }: Pick<Container, 'vmid' | 'name'>): string =>
  name === '' ? `CT ${vmid}` : `CT ${vmid} (${name})`;

/** `/mnt/nas`, `/mnt/nas in CT 101 (web)`. */
export const placeOf = (target: string, container: Container | null): string =>
  container === null ? target : `${target} in ${containerLabel(container)}`;

export const mountSubject = (target: string, container: Pick<Container, 'vmid'> | null): Subject => ({
  kind: 'mount',
  id: container === null ? target : `${container.vmid}:${target}`,
});

/** What is said of a mount as the rest of a sentence: it begins with the mount, or with the container that sees it. */
export const inContainer = (target: string, container: Container | null, predicate: string): string =>
  container === null ? predicate : `${target} ${predicate}`;

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
