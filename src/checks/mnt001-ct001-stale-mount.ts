import { defineCheck, type Found, type LeftOutOfAll } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import { listed } from '../model/evidence.ts';
import type { Evidence, Remedy } from '../model/finding.ts';
import { type JudgedMount, waitOf } from '../model/mounts/judged-mounts.ts';
import { mountedBeneath, mountingAgain, mountLineOf } from '../model/mounts/mount-again.ts';
import { DEPENDENTS, dependentsEvidence, dependentsOf } from '../model/mounts/mount-dependents.ts';
import {
  awayMount,
  containerLabel,
  mountEvidence,
  mountFinding,
  mountSubject,
  placeOf,
  serverCommandsOf,
  serverEvidence,
  tableOf,
} from '../model/mounts/mount-evidence.ts';
import { garbledMounts } from '../model/mounts/mount-tree.ts';
import type { LeftBehind, MountProbe, SeenMount } from '../model/mounts/mounts.ts';
import { hidden } from '../model/report/not-judged.ts';

export const mnt001 = defineCheck({
  code: 'MNT001',
  title: 'mount that fails or does not answer',
  harms: { data: '' },
  needs: ['mounts', 'nodeMounts'],
  wants: ['expectedMounts', ...DEPENDENTS],
  examine: ({ mounts, nodeMounts }, wanted) =>
    nodeMounts
      .filter(({ status }) => status === 'stale')
      .map((judged) => {
        const { mount } = judged;
        const beneath = mountedBeneath(mounts.mounts, mount.target);
        const again = mountingAgain(mount, wanted.expectedMounts);
        return staleMountFinding(judged, { beneath, again }, [
          ...(beneath.length === 0
            ? []
            : [{ fact: `mounted beneath it, and not reached either: ${listed(beneath)}`, source: tableOf(null) }]),
          ...dependentsEvidence(dependentsOf(mount.target, mount, wanted)),
        ]);
      }),
  unjudged: ({ mounts, nodeMounts }) => [
    ...nodeMounts.flatMap(openMount),
    ...garbledMounts(mounts.mounts).map((reason) => ({ ...hidden(reason), codes: OF_MOUNTS })),
  ],
});

/** They look at the same mounts by the same probes, and one of them says for all what could not be asked. */
const OF_MOUNTS = ['MNT001', 'MNT002', 'MNT003', 'MNT004', 'MNT005', 'MNT006', 'MNT010'] as const;
const INSIDE_CONTAINERS = ['CT001', 'CT002', 'CT003', 'CT004', 'CT005'] as const;

/** A mount that was not asked is judged by no check; of one that hangs nobody sees whether it is full. */
function openMount({ probe, status, mount, container }: JudgedMount): readonly LeftOutOfAll[] {
  const of = { subject: mountSubject(mount.target, container), vmids: [] };
  const place = placeOf(mount.target, container);
  if (probe.state === 'unknown') {
    const kind = probe.barred === true ? 'not-applicable' : 'hidden';
    return [{ ...hidden(`${place}: ${probe.because}`, { ...of, kind }), codes: null }];
  }
  return status === 'ok' || status === 'readonly' ? [] : [awayMount(of, `${place} does not answer`)];
}

/** Of a container's mounts nothing is unmounted from the node. */
const INSIDE = { beneath: [], again: { text: '', commands: [] } };

export const ct001 = defineCheck({
  code: 'CT001',
  title: 'remote mount inside a container that fails or does not answer',
  harms: { data: '' },
  needs: ['containers', 'containerMounts', 'nodeMounts'],
  examine: ({ containerMounts, nodeMounts }) => {
    // The same file system on the node is MNT001's, which names the containers.
    const onNode = new Set(
      nodeMounts.filter(({ status }) => status === 'stale' || status === 'unknown').map(({ mount }) => mount.devNo),
    );
    return containerMounts
      .filter(({ status, mount }) => status === 'stale' && !onNode.has(mount.devNo))
      .map((judged) => staleMountFinding(judged, INSIDE, []));
  },
  unjudged: ({ containers, containerMounts }) => [
    ...containers.gaps,
    ...containers.containers.flatMap((container) =>
      garbledMounts(container.mounts).map((garbled) => ({
        ...hidden(`${containerLabel(container)}: ${garbled}`, { vmids: [container.vmid] }),
        codes: INSIDE_CONTAINERS,
      })),
    ),
    ...containerMounts.flatMap(openMount),
  ],
});

/** The finding of a mount that fails or does not answer, on the node (MNT001) or in a container (CT001). */
function staleMountFinding(judged: JudgedMount, surroundings: StaleSurroundings, behind: readonly Evidence[]): Found {
  const { mount, container, probe, server } = judged;
  const place = placeOf(mount.target, container);
  return mountFinding(mount.target, container, {
    harm: 'data',
    title: `${place} ${sentenceOf(judged)}`,
    evidence: [
      { fact: `statfs of ${mount.target}: ${judged.error}`, source: 'stat -f, in a child process' },
      ...waitingEvidence(leftBehindOf(probe)),
      mountEvidence(mount, container),
      ...serverEvidence(mount, server),
      ...behind,
    ],
    impact:
      'Everything that uses it hangs or fails: guests with volumes on it, backups, `pvesm`, the web interface. Processes on a ' +
      'hard NFS mount wait until the server is back.',
    remedy: remedyOf(judged, surroundings),
    headline: sentenceOf(judged),
  });
}

/** What its users meet: `does not answer within 2 s`, `fails: Stale file handle (ESTALE)`. */
function sentenceOf({ probe, error }: JudgedMount): string {
  if (probe.state !== 'timed-out') return `fails: ${error}`;
  return `${probe.leftBehind === null ? 'does not answer' : 'has not answered'} ${waitOf(probe)}`;
}

const leftBehindOf = (probe: MountProbe): LeftBehind | null => (probe.state === 'timed-out' ? probe.leftBehind : null);

const waitingEvidence = (left: LeftBehind | null): readonly Evidence[] =>
  left === null
    ? []
    : [
        {
          fact: `the probe, process ${left.pid}, waits since ${left.since} and cannot be killed; no second one is started`,
          source: '/run/pve-doctor/probes.json',
        },
      ];

/**
 * Unmounting is advised only where the mount stays dead whatever the server does. A remount keeps the stale root for good (kernel
 * fs/nfs: nfs_probe_fsinfo has no way back from ESTALE).
 */
const NEEDS_UMOUNT: Readonly<Record<string, string>> = {
  ESTALE:
    'The export or its directory was removed or recreated on the server. Restore it there first. A remount does not help; an unmount and a new mount do.',
  ENOTCONN: 'The program behind the mount has ended: the mount stays dead until it is unmounted.',
};

const BUSY =
  'If `umount` says that the target is busy, end the programs that use it, or detach it with `umount -l`, which leaves them on the dead file system.';

function causeOf({ errorClass, server, mount, remote }: JudgedMount): string {
  if (!remote) return 'Its disk fails: look at the kernel log before anything is written, and check the disk.';
  if (errorClass === 'EACCES' || errorClass === 'EPERM')
    return 'The server refuses this node: look at its list of allowed clients and at the credentials. The mount goes on by itself afterwards.';
  if (errorClass === 'ENOENT')
    return 'The share is gone from the server. Restore it there: the mount then works again by itself.';
  if (mount.fsType.startsWith('fuse'))
    return 'The program behind the mount does not answer: check that it runs, and that its server does.';
  const waits = mount.superOptions.includes('hard')
    ? ' Do not unmount it until then: processes that wait for a hard mount would wait forever, and unwritten data would be lost.'
    : '';
  return server?.answers === true
    ? `Its server accepts connections, so look at the export, the path between both and the server's disks. The mount goes on by itself when it is answered.${waits}`
    : `Bring the server or the network back: the mount then works again by itself.${waits}`;
}

/** What an unmount needs: that nothing else goes with it, and what comes after it. */
interface StaleSurroundings {
  /** What is mounted in directories below it. */
  readonly beneath: readonly string[];
  readonly again: Remedy;
}

function remedyOf(judged: JudgedMount, { beneath, again }: StaleSurroundings): Remedy {
  const { mount, container, errorClass, remote } = judged;
  if (container !== null) return insideRemedy(judged, container.vmid);
  const why = remote && errorClass !== null ? NEEDS_UMOUNT[errorClass] : undefined;
  const look = remote ? serverCommandsOf(mount) : [reads('journalctl', '-k', '-n', '100', '--no-pager')];
  if (why === undefined || (errorClass === 'ENOTCONN' && !mount.fsType.startsWith('fuse')))
    return { text: causeOf(judged), commands: look };
  if (beneath.length > 0)
    return {
      text: `${why} ${listed(beneath)} ${beneath.length === 1 ? 'is' : 'are'} mounted beneath it: unmount that first, since a lazy unmount would take it along. ${again.text}`,
      commands: look,
    };
  return {
    text: `${why} ${again.text} ${lookFirst(mount)} ${BUSY} Containers with a bind mount of it keep the dead one until they are restarted.`,
    commands: [reads('stat', '-f', mount.target), mountLineOf(mount.target), ...look, ...again.commands],
  };
}

const lookFirst = ({ target, source }: SeenMount): string =>
  `Look again right before you unmount it by hand: it is the dead mount only while \`stat\` fails and /proc/mounts shows ${source} on ${target}. No command that unmounts is given: run later, it would take away what was mounted there meanwhile.`;

/** A container hangs in its shutdown as long as its server is away, so it is restarted only for one that answers. */
function insideRemedy(judged: JudgedMount, vmid: number): Remedy {
  const why = (judged.errorClass === null ? undefined : NEEDS_UMOUNT[judged.errorClass]) ?? causeOf(judged);
  const look = serverCommandsOf(judged.mount);
  if (judged.server?.answers !== true)
    return {
      text: `${why} Do not restart the container meanwhile: its shutdown would wait for the server too. Afterwards look again; it keeps a mount that stays stale until it is mounted again inside, or restarted.`,
      commands: look,
    };
  return {
    text: `${why} Then, while it still fails, mount it again inside the container, or restart container ${vmid}: it keeps the old mount whatever is mounted anew on the node.`,
    commands: look,
  };
}
