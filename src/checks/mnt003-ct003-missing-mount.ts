import { defineCheck, type Found } from '../model/check.ts';
import { type Command, reads, readsInside } from '../model/command/command.ts';
import type { Evidence, Remedy } from '../model/finding.ts';
import {
  expectsRemote,
  isStorage,
  type MissingMount,
  missingMounts,
  unclearMounts,
} from '../model/mounts/missing-mounts.ts';
import { lineWords, mountingExpected, mountLineOf } from '../model/mounts/mount-again.ts';
import { DEPENDENTS, dependentsEvidence, dependentsOf } from '../model/mounts/mount-dependents.ts';
import {
  awayMount,
  beneathEvidence,
  containerLabel,
  holdsFiles,
  mountEvidence,
  mountFinding,
  mountSubject,
  placeOf,
  serverCommands,
  tableOf,
  unreadConfigs,
} from '../model/mounts/mount-evidence.ts';
import { answerOf } from '../model/mounts/mount-rows.ts';
import { beneathKey, isWithin, mountAt, mountOf } from '../model/mounts/mount-tree.ts';
import type {
  Beneath,
  BindEntry,
  Container,
  ExpectedMount,
  HostMounts,
  MountProbes,
  SeenMount,
  ServerAnswer,
} from '../model/mounts/mounts.ts';
import { isRemote } from '../model/mounts/remote-filesystems.ts';

export const mnt003 = defineCheck({
  code: 'MNT003',
  title: 'expected mount, or directory of a storage, that is not there',
  harms: { data: 'data was written in its place', operation: 'it is not mounted' },
  needs: ['mounts', 'expectedMounts', 'mountProbes'],
  wants: DEPENDENTS,
  unjudged: ({ mounts, expectedMounts }) => [
    ...expectedMounts.gaps,
    ...unclearMounts(expectedMounts.mounts, mounts.mounts),
    ...missingMounts(expectedMounts.mounts, mounts.mounts).map(({ expected: { target } }) =>
      awayMount({ subject: mountSubject(target, null), vmids: [] }, `${target} is not mounted`),
    ),
  ],
  examine: ({ mounts, expectedMounts, mountProbes }, wanted) => {
    const missing = missingMounts(expectedMounts.mounts, mounts.mounts);
    const lost = [...mountProbes.lostDirectories].filter(
      ([, path]) => !missing.some(({ expected: { target } }) => isWithin(path, target)),
    );
    return [
      ...missing.map((one) =>
        missingMountFinding({
          missing: one,
          container: null,
          beneath: mountProbes.beneath.get(beneathKey(null, one.expected.target)),
          server: answerOf(one.expected, mountProbes),
          behind: dependentsEvidence(dependentsOf(one.expected.target, null, wanted)),
        }),
      ),
      ...lost.map(([storeid, path]) =>
        lostDirectoryFinding(storeid, path, dependentsEvidence(dependentsOf(path, null, wanted))),
      ),
    ];
  },
});

/** Only an enabled storage of this node is looked for; what mounts its directory is not configured, or is mounted. */
const lostDirectoryFinding = (storeid: string, path: string, behind: readonly Evidence[]): Found =>
  mountFinding(path, null, {
    harm: 'operation',
    title: `the directory ${path} of storage ${storeid} does not exist`,
    evidence: [
      { fact: `statfs of ${path}: No such file or directory`, source: 'stat -f, in a child process' },
      ...behind,
    ],
    impact:
      'Volumes and backups of the storage are not where they are looked for. Unless it is told otherwise, PVE makes an empty ' +
      'directory when it next uses the storage, and writes to the disk that lies beneath.',
    remedy: {
      text: `See whether a disk that belongs there is not mounted, or whether the directory was moved or removed. Restore it, or correct the path of the storage; on a disk of its own set \`is_mountpoint\`, so that PVE does not make the directory.`,
      commands: [reads('lsblk', '-f'), reads('grep', '-A', '8', `: ${storeid}$`, '/etc/pve/storage.cfg')],
    },
    headline: 'has no directory: its volumes and backups are not where they are looked for',
    about: storeid,
  });

export const ct003 = defineCheck({
  code: 'CT003',
  title: 'expected mount that a container does not have',
  harms: { data: 'data was written in its place', operation: 'it is not mounted' },
  needs: ['containers', 'mountProbes', 'mounts', 'expectedMounts'],
  examine: ({ containers, mountProbes, mounts, expectedMounts }) => {
    const missingHere = missingMounts(expectedMounts.mounts, mounts.mounts);
    return containers.containers.flatMap((container) => [
      ...ownMounts(container, mountProbes),
      ...boundMounts(container, missingHere, mounts),
    ]);
  },
  unjudged: ({ containers, mountProbes, expectedMounts }) => [
    ...containers.gaps,
    ...(containers.containers.length === 0 ? [] : expectedMounts.gaps),
    ...containers.containers.flatMap((container) => unclearInside(container, mountProbes)),
    ...unreadConfigs(containers.containers),
  ],
});

function unclearInside(container: Container, { fstabs, beneathUnread }: MountProbes): readonly string[] {
  const fstab = fstabs.get(container.vmid);
  if (fstab?.state !== 'known') return [`${containerLabel(container)}: its /etc/fstab could not be read`];
  const unseen = missingMounts(fstab.value, container.mounts).flatMap(({ expected: { target } }) => {
    const because = beneathUnread.get(beneathKey(container.vmid, target));
    return because === undefined ? [] : [`what lies in ${target}: ${because}`];
  });
  return [...unclearMounts(fstab.value, container.mounts), ...unseen].map(
    (sentence) => `${containerLabel(container)}: ${sentence}`,
  );
}

function ownMounts(container: Container, { fstabs, beneath }: MountProbes): readonly Found[] {
  const fstab = fstabs.get(container.vmid);
  if (fstab?.state !== 'known') return [];
  return missingMounts(fstab.value, container.mounts).map((missing) =>
    missingMountFinding({
      missing,
      container,
      server: null,
      behind: [],
      beneath: beneath.get(beneathKey(container.vmid, missing.expected.target)),
    }),
  );
}

/** What is bound in lies on a mount that the node misses, so the container has the bare directory. */
function boundMounts(
  container: Container,
  missingHere: readonly MissingMount[],
  { mounts }: HostMounts,
): readonly Found[] {
  if (container.config.state !== 'known') return [];
  return container.config.value.binds.flatMap((bind) => {
    const missing = missingHere.find(({ expected }) => isWithin(bind.source, expected.target));
    const inside = mountAt(container.mounts, bind.target);
    if (missing === undefined || inside === null) return [];
    // A container that started earlier may still have the file system that the node has lost: a share, or a local disk.
    const isBare = inside.devNo === mountOf(mounts, bind.source)?.devNo && !isRemote(inside.fsType, inside.source);
    if (!isBare) return [];
    return [boundFinding(container, bind, missing, [mountEvidence(inside, container)])];
  });
}

function boundFinding(
  container: Container,
  { key, source, target }: BindEntry,
  { expected }: MissingMount,
  evidence: readonly Evidence[],
): Found {
  return mountFinding(target, container, {
    harm: 'operation',
    title: `${target} in ${containerLabel(container)} is a bare directory: ${expected.target} is not mounted on the node`,
    evidence: [
      { fact: `${key} binds ${source} to ${target}`, source: `configuration of CT ${container.vmid}` },
      { fact: `${expected.target} is expected by ${expected.readFrom} and not mounted`, source: '/proc/1/mountinfo' },
      ...evidence,
    ],
    impact: "What the container writes there goes to the node's local disk, and what should be there is not.",
    remedy: {
      text:
        'Move what was written meanwhile, mount it on the node, and only then restart the container: it keeps the bare ' +
        'directory until it is restarted, and gets it again when it is restarted too early.',
      commands: [reads('ls', '-la', source)],
    },
    headline: `shows a bare directory: ${expected.target} is not mounted on the node`,
  });
}

interface MissingDetails {
  readonly missing: MissingMount;
  readonly container: Container | null;
  readonly beneath: Beneath | undefined;
  readonly server: ServerAnswer | null;
  readonly behind: readonly Evidence[];
}

/** The finding of an expected mount that is not there: critical when data has already landed in its place. */
function missingMountFinding(details: MissingDetails): Found {
  const { missing, container, beneath, server, behind } = details;
  const { expected, alsoFrom, instead } = missing;
  const { target, source } = expected;
  const landed = holdsFiles(beneath);
  const found =
    instead === null ? 'nothing is mounted there' : `${instead.fsType} from ${instead.source} is mounted there`;
  return mountFinding(target, container, {
    harm: landed ? 'data' : 'operation',
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
    headline: `is not mounted${landed ? ', and data was written in its place' : ''}`,
  });
}

/**
 * `mount` covers whatever is at its place when it runs and is not printed (model/mounts/mount-again.ts). A mount made now hides what was
 * written meanwhile; a server that is away makes it wait for minutes.
 */
function remedyOnNode(details: MissingDetails): Remedy {
  const { missing, beneath, server } = details;
  const { expected, instead } = missing;
  const { target, fsType, source, options } = expected;
  if (instead !== null) return insteadRemedy(expected, instead);
  const again = mountingExpected(expected);
  const moved = holdsFiles(beneath)
    ? `First move the files in the bare directory elsewhere: a mount over them hides them${isStorage(expected) ? ', and PVE mounts as soon as the server answers' : ''}. `
    : '';
  if (server?.answers === false)
    return {
      text: `${moved}Its server does not answer: bring it back first. ${again.text}`,
      commands: [...lookInto(target, beneath), ...serverCommands(fsType ?? '', source ?? '', options)],
    };
  if (holdsFiles(beneath)) return { text: `${moved}Then mount it. ${again.text}`, commands: lookInto(target, beneath) };
  const isByHand = expected.origin === 'fstab';
  const first = isByHand ? ` Mount it by hand, while /proc/mounts still shows nothing on ${target}.` : '';
  const look = isByHand ? [mountLineOf(target)] : [];
  if (!expectsRemote(expected))
    return {
      text: `See whether its disk is there, and why the mount failed. ${again.text}${first}`,
      commands: [reads('lsblk', '-f'), ...look, ...again.commands],
    };
  const why = isStorage(expected) ? [reads('pvesm', 'status', '--storage', expected.storeid ?? '')] : [];
  return {
    text: `Find out why the mount failed (the journal, the server). ${again.text}${first}${isStorage(expected) ? ' `pvesm status` tries it now and says what fails.' : ''}`,
    commands: [...serverCommands(fsType ?? '', source ?? '', options), ...look, ...why, ...again.commands],
  };
}

/** What is mounted there may be in use, and a mount over it hides its files. */
const insteadRemedy = (expected: ExpectedMount, { target, fsType, source }: SeenMount): Remedy => ({
  text:
    `${fsType} from ${source} is mounted on ${target}: what is written there goes to it. Find out who mounted it, and move what is needed from ` +
    `it elsewhere. Unmount it by hand when nobody uses it any more, and mount nothing over it: that hides its files. ` +
    `${mountingExpected(expected).text}`,
  commands: [mountLineOf(target), reads('ls', '-la', target)],
});

const lookInto = (target: string, beneath: Beneath | undefined): readonly Command[] =>
  holdsFiles(beneath) ? [reads('ls', '-la', target)] : [];

function remedyInside({ missing: { expected }, beneath }: MissingDetails, { vmid }: Container): Remedy {
  const look = readsInside(vmid, 'ls', '-la', expected.target);
  const unprivileged = 'An unprivileged container cannot mount NFS or SMB itself: bind it in from the node.';
  if (holdsFiles(beneath))
    return {
      text: `First move the files in the bare directory elsewhere: a mount over them hides them. Then mount it inside the container. ${unprivileged}`,
      commands: [look],
    };
  return {
    text: `Mount ${expected.target} inside the container, while nothing else is mounted or written there. ${unprivileged}`,
    commands: [readsInside(vmid, 'grep', ...lineWords(expected.target)), look],
  };
}
