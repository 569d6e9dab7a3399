import type { CheckCode, Evidence, Finding, Remedy } from '../finding.ts';
import { expectsRemote, type MissingMount } from './missing-mounts.ts';
import { isStorage, mountingExpected } from './mount-again.ts';
import { bytesText, inContainer, mountSubject, placeOf, tableOf } from './mount-evidence.ts';
import type { Beneath, Container, ServerAnswer } from './mounts.ts';
import { serverCommands } from './server-remedy.ts';

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
      ? 'Data was written to the bare directory instead: backups are not where you look for them, and the local disk fills up.'
      : 'Until it is mounted, programs that write to the path fill the local disk, and programs that read find nothing.',
    remedy: container === null ? remedyOnNode(details) : remedyInside(details, container),
    headline: inContainer(target, container, `is not mounted${landed ? ', and data was written in its place' : ''}`),
    repairAction: null,
    certainty: 'certain',
    vmid: container?.vmid ?? null,
  };
}

/** A mount made now hides what was written meanwhile; a server that is away makes `mount` wait for minutes. */
function remedyOnNode({ missing: { expected }, beneath, server }: MissingDetails): Remedy {
  const { target, fsType, source, options } = expected;
  const again = mountingExpected(expected);
  const moved = holdsFiles(beneath)
    ? `First move the files in the bare directory elsewhere: a mount over them hides them${isStorage(expected) ? ', and PVE mounts as soon as the server answers' : ''}. `
    : '';
  if (server?.answers === false)
    return {
      text: `${moved}Its server does not answer: bring it back first. ${again.text}`,
      commands: [...lookInto(target, beneath), ...serverCommands(fsType ?? '', source ?? '', options)],
    };
  if (holdsFiles(beneath))
    return {
      text: `${moved}Then mount it. ${again.text}${again.commands.map((argv) => ` (\`${argv.join(' ')}\`)`).join('')}`,
      commands: lookInto(target, beneath),
    };
  if (!expectsRemote(expected))
    return {
      text: `See whether its disk is there, and why the mount failed. ${again.text}`,
      commands: [['lsblk', '-f'], ...again.commands],
    };
  const why = isStorage(expected) ? [['pvesm', 'status', '--storage', expected.storeid ?? '']] : [];
  return {
    text: `Find out why the mount failed (the journal, the server). ${again.text}${isStorage(expected) ? ' `pvesm status` tries it now and says what fails.' : ''}`,
    commands: [...serverCommands(fsType ?? '', source ?? '', options), ...why, ...again.commands],
  };
}

const lookInto = (target: string, beneath: Beneath | undefined): readonly (readonly string[])[] =>
  holdsFiles(beneath) ? [['ls', '-la', target]] : [];

function remedyInside({ missing: { expected }, beneath }: MissingDetails, { vmid }: Container): Remedy {
  const inside = ['pct', 'exec', String(vmid), '--'];
  const unprivileged = 'An unprivileged container cannot mount NFS or SMB itself: bind it in from the node.';
  if (holdsFiles(beneath))
    return {
      text: `First move the files in the bare directory elsewhere: a mount over them hides them. Then mount it inside the container. ${unprivileged}`,
      commands: [[...inside, 'ls', '-la', expected.target]],
    };
  return { text: `Mount it inside the container. ${unprivileged}`, commands: [[...inside, 'mount', expected.target]] };
}
