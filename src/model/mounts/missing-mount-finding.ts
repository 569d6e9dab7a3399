import type { CheckCode, Evidence, Finding } from '../finding.ts';
import type { MissingMount } from './missing-mounts.ts';
import { bytesText, mountSubject, placeOf, tableOf } from './mount-evidence.ts';
import type { Beneath, Container, ServerAnswer } from './mounts.ts';

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

export interface MissingDetails {
  readonly missing: MissingMount;
  readonly container: Container | null;
  readonly beneath: Beneath | undefined;
  readonly server: ServerAnswer | null;
  readonly behind: readonly Evidence[];
}

/** The finding of an expected mount that is not there: critical when data has already landed in its place. */
export function missingMountFinding(code: CheckCode, details: MissingDetails): Finding {
  const { missing, container, beneath, server, behind } = details;
  const { expected, alsoFrom, instead } = missing;
  const { target, source } = expected;
  const landed = holdsFiles(beneath);
  const found =
    instead === null ? 'nothing is mounted there' : `${instead.fsType} from ${instead.source} is mounted there`;
  return {
    code,
    severity: landed ? 'critical' : 'warning',
    subject: mountSubject(target, container),
    title: `${placeOf(target, container)} is not mounted${source === null ? '' : ` (${source})`}${landed ? ', and data was written in its place' : ''}`,
    evidence: [
      {
        fact: `expected by ${[expected.readFrom, ...alsoFrom].join('; ')}`,
        source: expected.readFrom.split(',')[0] ?? '',
      },
      { fact: found, source: tableOf(container) },
      ...(landed ? [beneathEvidence(target, beneath)] : []),
      ...(server?.answers == null
        ? []
        : [{ fact: `its server ${server.detail}`, source: 'TCP connection from this node' }]),
      ...behind,
    ],
    impact: landed
      ? 'What should be on the server is on the local disk: backups are not where they are looked for, and the disk fills.'
      : 'Whatever writes to the path writes to the local disk as long as it is not mounted, and what reads finds nothing.',
    remedy: {
      text:
        container === null
          ? 'Find out why the mount failed (the journal, the server), then mount it. Move what was written beneath first: it is hidden as soon as something is mounted over it.'
          : 'Mount it inside the container (an unprivileged one cannot mount NFS or SMB itself: bind it in from the node), or restart the container when the node has it mounted now.',
      commands: commandsOf(expected.origin, expected.storeid, target, container),
    },
    repairAction: null,
    certainty: 'certain',
    vmid: container?.vmid ?? null,
  };
}

function commandsOf(
  origin: MissingMount['expected']['origin'],
  storeid: string | null,
  target: string,
  container: Container | null,
): readonly (readonly string[])[] {
  if (container !== null) return [['pct', 'exec', String(container.vmid), '--', 'mount', target]];
  if (origin === 'storage' && storeid !== null) return [['pvesm', 'status', '--storage', storeid]];
  return [['mount', target]];
}
