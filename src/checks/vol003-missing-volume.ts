import { defineCheck, type Found } from '../model/check.ts';
import { tasksOf } from '../model/guests/guest-work.ts';
import { unreadPlaces } from '../model/volumes/leftover-findings.ts';
import type { NamedVolume } from '../model/volumes/named-volumes.ts';
import { fileKind } from '../model/volumes/volume-names.ts';

export const vol003 = defineCheck({
  code: 'VOL003',
  title: 'configuration that names a volume or snapshot that is not there',
  needs: ['namedVolumes', 'inFlight', 'leftovers'],
  examine: ({ namedVolumes, inFlight }) => {
    const named = namedVolumes.filter(({ config }) => inFlight.forVmid(config.vmid) === null);
    return [...missingVolumes(named), ...missingSnapshots(named)];
  },
  unjudged: ({ leftovers }) => unreadPlaces(leftovers),
});

/** Lines of a drive or a mount point; `unused` ones are not needed to start. */
const isNeeded = ({ mention: { key, section } }: NamedVolume): boolean =>
  !key.startsWith('unused') && ['current', 'pending', 'snapshot'].includes(section);

/** PVE makes it anew at the next start (qemu-server src/PVE/QemuServer/Cloudinit.pm commit_cloudinit_disk). */
const isMadeAnew = ({ name }: NamedVolume): boolean => /(?:^|\/)vm-\d+-cloudinit(?:\.\w+)?$/.test(name);

/** One finding for each volume: the current configuration names it, and snapshots do too. */
function missingVolumes(named: readonly NamedVolume[]): readonly Found[] {
  const missing = named.filter((one) => one.volume === null && isNeeded(one) && !isMadeAnew(one));
  const byVolume = Map.groupBy(missing, ({ config, volid }) => `${config.vmid} ${volid}`);
  return [...byVolume.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const all = [first, ...others];
    const current = all.find(({ mention }) => mention.section !== 'snapshot');
    return [volumeFinding(current ?? first, all)];
  });
}

function volumeFinding({ config, mention, volid, place }: NamedVolume, all: readonly NamedVolume[]): Found {
  const { vmid, path } = config;
  const isStart = mention.section !== 'snapshot';
  const then = isStart ? 'cannot start' : `cannot go back to snapshot ${mention.snapshot}`;
  return {
    severity: 'warning',
    subject: { kind: 'volume', id: volid },
    title: `Guest ${vmid} names ${volid}, which is not there`,
    headline: `${then}: ${mention.key} is ${volid}, which is not there`,
    evidence: [
      ...all.map((one) => ({ fact: `${lineOf(one)} names ${volid}`, source: path })),
      { fact: `${place.where} was listed, and it is not in it`, source: sourceOf(place.kind) },
    ],
    impact: isStart
      ? 'The next start and the next backup of the guest fail with it.'
      : 'Proxmox VE fails half-way through a rollback, and through deleting the snapshot.',
    remedy: {
      text:
        'If the volume was moved or renamed, name it as it is called now. If it is lost, restore it from a backup; a drive that is not ' +
        'needed any more is taken out of the configuration.',
    },
    vmid,
  };
}

const lineOf = ({ mention: { key, section, snapshot } }: NamedVolume): string =>
  section === 'snapshot' ? `${key} of [${snapshot}]` : section === 'current' ? key : `${key} of [${section}]`;

const sourceOf = (kind: NamedVolume['place']['kind']): string =>
  ({ directory: 'list of the directory', zfs: 'zfs list', rbd: 'rbd ls -l' })[kind];

/** Where a snapshot is part of its volume, or a file beside it. A raw image has none, so a section that names one proves nothing. */
const holdsSnapshots = ({ place, name, volume }: NamedVolume): boolean =>
  volume !== null &&
  volume.unread === null &&
  (place.kind !== 'directory' || (name.endsWith('.qcow2') && fileKind(name.replace(/^.*\//, '')) !== 'base'));

function missingSnapshots(named: readonly NamedVolume[]): readonly Found[] {
  return named.flatMap((one) => {
    const { config, mention, volume, volid, place } = one;
    if (mention.section !== 'snapshot' || !isDisk(mention.key) || isMadeAnew(one) || !holdsSnapshots(one)) return [];
    // PVE says of these itself that they are not whole (VOL005).
    if (config.unfinished.some(({ snapshot }) => snapshot === mention.snapshot)) return [];
    if (volume === null || volume.snapshots.some(({ name }) => name === mention.snapshot)) return [];
    const { vmid, path, type } = config;
    const { snapshot } = mention;
    const tool = type === 'qemu' ? 'qm' : 'pct';
    return [
      {
        severity: 'warning' as const,
        subject: { kind: 'volume' as const, id: `${volid}@${snapshot}` },
        title: `Guest ${vmid} has snapshot ${snapshot}, and ${volid} does not have it`,
        headline: `cannot go back to snapshot ${snapshot}: ${mention.key} does not have it`,
        evidence: [
          { fact: `[${snapshot}] names ${mention.key}: ${volid}`, source: path },
          {
            fact: `snapshots of ${volid}: ${volume.snapshots.map(({ name }) => name).join(', ') || 'none'}`,
            source: sourceOf(place.kind),
          },
        ],
        impact: 'A rollback fails half-way, and so does deleting the snapshot.',
        remedy: {
          text:
            'Look once more: no task of the guest may run, and the snapshot must be the one of this finding, not one of that name made ' +
            'since. Then take it out of the configuration: `--force` makes Proxmox VE forget it although a disk does not have it.',
          commands: [
            tasksOf(vmid),
            [tool, 'config', String(vmid), '--snapshot', snapshot],
            [tool, 'delsnapshot', String(vmid), snapshot, '--force', '1'],
          ],
        },
        vmid,
        about: volid,
      },
    ];
  });
}

/** What a snapshot of a guest takes a snapshot of; not its RAM, not unused disks. */
const isDisk = (key: string): boolean => /^(?:(?:ide|sata|scsi|virtio|efidisk|tpmstate|mp)\d+|rootfs)$/.test(key);
