import { defineCheck, type Facts, type Found } from '../model/check.ts';
import { isFor } from '../model/cluster/across-nodes.ts';
import { reads } from '../model/command/command.ts';
import { listed, SOURCE } from '../model/evidence.ts';
import { tasksOf } from '../model/guests/guest-work.ts';
import type { InFlight, Occupied } from '../model/guests/in-flight.ts';
import { isMadeAnew, stemOf } from '../model/needs/unsettled.ts';
import { hidden, type LeftOut, occupiedGuest } from '../model/report/not-judged.ts';
import { isDisk, snapshotsOf } from '../model/volumes/guest-disks.ts';
import { shortName, unreadPlaces } from '../model/volumes/leftover-findings.ts';
import type { JudgedVolume } from '../model/volumes/leftovers.ts';
import type { NamedLv } from '../model/volumes/named-lvs.ts';
import type { NamedVolume } from '../model/volumes/named-volumes.ts';
import { type Fit, fitsOf } from '../model/volumes/renamed.ts';

export const vol003 = defineCheck({
  code: 'VOL003',
  title: 'configuration that names a volume or snapshot that is not there',
  harms: { data: 'a disk of the guest is gone', operation: 'a CD-ROM, a change that waits, or a snapshot' },
  needs: ['namedVolumes', 'namedLvs', 'inFlight', 'leftovers', 'guests', 'storage', 'cluster'],
  examine: ({ namedVolumes, namedLvs, inFlight, leftovers }) => {
    const named = [...namedVolumes.map(inPlace), ...namedLvs.named.map(inGroup)].filter(
      (one) => occupiedBy(one, inFlight) === null,
    );
    return [...missingVolumes(named, leftovers.volumes), ...missingSnapshots(named)];
  },
  unjudged: ({ leftovers, namedLvs, namedVolumes, inFlight, ...facts }) => [
    ...namedAside(facts),
    ...unreadPlaces(leftovers),
    ...namedLvs.unjudged,
    ...[...namedVolumes, ...namedLvs.named].flatMap((one) => {
      const why = occupiedBy(one, inFlight);
      return why === null ? [] : [occupiedGuest(one.config.vmid, why)];
    }),
  ],
});

/** Guests that cannot start either, and of whose volumes nobody knows whether they are there. */
function namedAside({ guests, storage, cluster }: Facts<'guests' | 'storage' | 'cluster'>): readonly LeftOut[] {
  const aside = storage.storages.filter((one) => !isFor(one, cluster.nodeName)).map(({ storeid }) => storeid);
  return guests.configs
    .filter(({ node }) => node === cluster.nodeName)
    .flatMap(({ vmid, mentions }) => {
      const named = mentions.filter(({ key, section }) => section === 'current' && isDisk(key));
      const storeid = aside.find((id) => named.some(({ target }) => target.kind === 'volid' && target.storeid === id));
      if (storeid === undefined) return [];
      const reason = `guest ${vmid} names volumes of storage ${storeid}, which is disabled or for other nodes`;
      return [hidden(reason, { vmids: [vmid] })];
    });
}

/** A task renames volumes before it writes the configuration, and the other way round. */
const occupiedBy = ({ config, volid }: Pick<NamedVolume, 'config' | 'volid'>, inFlight: InFlight): Occupied | null =>
  inFlight.forVmid(config.vmid) ?? inFlight.forStorage(volid.slice(0, volid.indexOf(':')));

/** What a line names, and what the look at its storage showed. */
interface Named extends Pick<NamedVolume, 'config' | 'mention' | 'volid' | 'name'> {
  readonly isThere: boolean;
  /** Names of its snapshots; null where it has none, or nobody knows them. */
  readonly snapshots: readonly string[] | null;
  readonly where: string;
  readonly source: string;
}

const inPlace = (named: NamedVolume): Named => ({
  ...named,
  isThere: named.volume !== null,
  snapshots: snapshotsOf(named),
  where: `${named.place.where} was listed`,
  source: sourceOf(named.place.kind),
});

const inGroup = ({ lvName, vgName, ...named }: NamedLv): Named => ({
  ...named,
  name: lvName,
  where: `VG ${vgName} was reported whole`,
  source: SOURCE.lvm,
});

/** Lines of a drive or a mount point; `unused` ones are not needed to start. */
const isNeeded = ({ mention: { key, section } }: Named): boolean =>
  !key.startsWith('unused') && ['current', 'pending', 'snapshot'].includes(section);

/** One finding for each volume: the current configuration names it, and snapshots do too. */
function missingVolumes(named: readonly Named[], unnamed: readonly JudgedVolume[]): readonly Found[] {
  const missing = named.filter((one) => !one.isThere && isNeeded(one) && !isMadeAnew(one.name));
  const byVolume = Map.groupBy(missing, ({ config, volid }) => `${config.vmid} ${volid}`);
  return [...byVolume.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const all = [first, ...others];
    const leading = all.find(({ mention }) => mention.section !== 'snapshot') ?? first;
    return [volumeFinding(leading, all, candidatesFor(leading, unnamed))];
  });
}

/** What may be it under another name, of volumes on the same storage that no configuration names. */
interface Candidates {
  readonly fits: readonly Fit[];
  /** The others, those of its guest and number first. */
  readonly others: readonly string[];
}

function candidatesFor({ config, mention, volid, name }: Named, unnamed: readonly JudgedVolume[]): Candidates {
  const storeid = volid.slice(0, volid.indexOf(':'));
  const beside = unnamed.filter(({ place }) => place.storeids.includes(storeid));
  const fits = fitsOf({ vmid: config.vmid, name, sizeBytes: mention.sizeBytes ?? null }, beside);
  const rank = (one: JudgedVolume): number =>
    Number(stemOf(one.name) !== stemOf(name)) + Number(one.vmid !== config.vmid);
  const others = beside.filter((one) => fits.every(({ volume }) => volume !== one));
  return { fits, others: others.toSorted((a, b) => rank(a) - rank(b)).map(shortName) };
}

function volumeFinding(
  { config, mention, volid, where, source }: Named,
  all: readonly Named[],
  { fits, others }: Candidates,
): Found {
  const { vmid, path } = config;
  const isStart = mention.section !== 'snapshot';
  // What waits, and a CD-ROM, a guest that runs does without.
  const isHeld = all.some(({ mention: one }) => one.section === 'current' && one.readOnly !== true);
  const then = isStart ? 'cannot start' : `cannot restore snapshot "${mention.snapshot}"`;
  const [fit, ...moreFits] = fits;
  const maybe = fit === undefined || moreFits.length > 0 ? '' : `; ${shortName(fit.volume)} may be it`;
  return {
    harm: isHeld ? 'data' : 'operation',
    subject: { kind: 'volume', id: volid },
    title: `Guest ${vmid} names ${volid}, which is not there`,
    headline: `${then}: ${mention.key} is ${volid}, which is not there${maybe}`,
    evidence: [
      ...all.map((one) => ({ fact: `${lineOf(one)} names ${volid}`, source: path })),
      { fact: `${where}, and it is not in it`, source },
      ...fits.map(({ volume, because }) => ({
        fact: `${shortName(volume)} may be ${mention.key} of guest ${vmid}, renamed by a task that was killed: no configuration names it, and ${because}`,
        source,
      })),
      ...(others.length === 0
        ? []
        : [
            {
              fact: `${fit === undefined ? 'it may be one of these, which no configuration names' : 'no configuration names these either'}: ${listed(others, 5)}`,
              source,
            },
          ]),
    ],
    impact: isStart
      ? 'The next start and the next backup of the guest fail with it.'
      : 'Proxmox VE fails half-way through a rollback, and through deleting the snapshot.',
    remedy: {
      text: fit === undefined ? FIND_FIRST : wayBack(fit, moreFits.length > 0),
      commands: [reads('pvenode', 'task', 'list', '--vmid', String(vmid))],
    },
    vmid,
  };
}

const NOTHING_ELSE = 'Until then neither take the line out, nor make, restore or delete anything of this guest.';

const FIND_FIRST =
  'Find out where it is before anything else: another name on the same storage (a move between guests, a template or a snapshot that was ' +
  `killed renames first and writes the configuration afterwards), another storage, another node. The tasks of the guest say what was done last. ${NOTHING_ELSE}`;

/** Never to be freed, whatever it is called. */
const wayBack = ({ volume }: Fit, areSeveral: boolean): string =>
  `${areSeveral ? 'One of the volumes that fit' : shortName(volume)} may hold all its data: never free it. Make sure by the log of the task and by what is on it, and give it ` +
  `its name back, as step 3 of \`pve-doctor explain VOL003\` shows for each kind of storage. ${NOTHING_ELSE}`;

const lineOf = ({ mention: { key, section, snapshot } }: Named): string =>
  section === 'snapshot' ? `${key} of [${snapshot}]` : section === 'current' ? key : `${key} of [${section}]`;

const sourceOf = (kind: NamedVolume['place']['kind']): string =>
  ({ directory: 'list of the directory', zfs: 'zfs list', rbd: 'rbd ls -l' })[kind];

function missingSnapshots(named: readonly Named[]): readonly Found[] {
  return named.flatMap((one) => {
    const { config, mention, volid, snapshots, source } = one;
    if (mention.section !== 'snapshot' || !isDisk(mention.key) || isMadeAnew(one.name) || snapshots === null) return [];
    // A backup of a container leaves mount points with `backup=0` out of its snapshot (pve-container src/PVE/LXC/Config.pm
    // __snapshot_create_vol_snapshot).
    if (config.type === 'lxc' && mention.snapshot === 'vzdump') return [];
    // PVE says of these itself that they are not whole (VOL005).
    if (config.unfinished.some(({ snapshot }) => snapshot === mention.snapshot)) return [];
    if (snapshots.includes(mention.snapshot)) return [];
    const { vmid, path, type } = config;
    const { snapshot } = mention;
    const tool = type === 'qemu' ? 'qm' : 'pct';
    return [
      {
        harm: 'operation' as const,
        subject: { kind: 'volume' as const, id: `${volid}@${snapshot}` },
        title: `Guest ${vmid} has snapshot ${snapshot}, and ${volid} does not have it`,
        headline: `cannot restore snapshot "${snapshot}": disk ${mention.key} is not in it`,
        evidence: [
          { fact: `[${snapshot}] names ${mention.key}: ${volid}`, source: path },
          {
            fact: `snapshots of ${volid}: ${snapshots.join(', ') || 'none'}`,
            source,
          },
        ],
        impact: 'A rollback fails half-way, and so does deleting the snapshot.',
        remedy: {
          text:
            'Find out why the disk lacks it: the task that made the snapshot, whether the disk was replaced or moved since, and whether files or ' +
            'volumes with the name of the snapshot stand beside it, which may hold what the disk had. Until then neither go back to the snapshot nor ' +
            'delete it: of the disks that have it that would take it away.',
          commands: [tasksOf(vmid), reads(tool, 'config', String(vmid), '--snapshot', snapshot)],
        },
        vmid,
        about: volid,
      },
    ];
  });
}
