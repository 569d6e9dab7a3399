import type { DmDevice } from '../model/device-mapper/device-mapper.ts';
import type { Reference } from '../model/guests/guest-entries.ts';
import type { GuestConfig } from '../model/guests/pve.ts';
import { indexReferences, whyNotWhole } from '../model/guests/references.ts';
import { oncePer } from '../model/once-per.ts';
import { fails, firstUnseen, type Gate, passes } from '../model/repair/gate.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { RepairFinding, RepairSubject } from './repair-subject.ts';

const SOURCE = '/etc/pve/nodes/*/{qemu-server,lxc}/*.conf';

/** What configurations say of a device: of the entry itself, and of the name of its volume. */
export interface DeviceReferences {
  readonly direct: readonly Reference[];
  readonly byName: readonly Reference[];
  /** What means nobody knows what, and may mean its volume. */
  readonly unplaced: readonly Reference[];
}

const referencesOf = oncePer(({ sections }: Snapshot) => {
  const { guests, storage, cluster } = sections;
  if (guests.reading.state !== 'known' || storage.reading.state !== 'known' || cluster.reading.state !== 'known')
    return null;
  const { nodeName } = cluster.reading.value;
  const index = indexReferences(guests.reading.value, storage.reading.value, nodeName);
  return { index, paths: guests.reading.value.configs.flatMap((config) => pathsIn(config, nodeName)) };
});

/** null where configurations were not read. */
export function deviceReferences(
  device: DmDevice,
  subject: RepairSubject,
  snapshot: Snapshot,
): DeviceReferences | null {
  const known = referencesOf(snapshot);
  if (known === null) return null;
  const { index, paths } = known;
  const direct = [
    ...index.findUuid(device.uuid),
    ...index.findMinor(device.minor, device.major),
    ...paths.filter(({ text }) => holdsName(text, device.name)),
  ];
  if (subject.is !== 'entry') return { direct, byName: [], unplaced: [] };
  const { entry, lv } = subject;
  const renamed = lv !== null && (lv.vgName !== entry.vgName || lv.lvName !== entry.lvName);
  return {
    direct,
    byName: [...index.find(entry.vgName, entry.lvName), ...(renamed ? index.find(lv.vgName, lv.lvName) : [])],
    unplaced: index.findUnplaced(entry.vmid, entry.lvName),
  };
}

/** Every path in a configuration, as a reference. */
const pathsIn = (config: GuestConfig, nodeName: string): readonly Reference[] =>
  config.mentions.flatMap(({ target, key, section, certainty }) =>
    target.kind === 'path'
      ? [
          {
            ...{ vmid: config.vmid, node: config.node, section, key, text: target.path, certainty },
            local: config.node === nodeName,
          },
        ]
      : [],
  );

/** Whether a path holds exactly this entry's name. */
function holdsName(path: string, name: string): boolean {
  for (let at = path.indexOf(name); at >= 0; at = path.indexOf(name, at + 1)) {
    const before = path.charAt(at - 1);
    if (!/[\w.+-]/.test(before) && !/[\w.+-]/.test(path.charAt(at + name.length))) return true;
  }
  return false;
}

/** Whatever volume it is, such a configuration of this node may have referred to it. */
function incompleteHere({ sections: { guests, cluster } }: Snapshot): string | null {
  if (guests.reading.state !== 'known' || cluster.reading.state !== 'known') return null;
  const { nodeName } = cluster.reading.value;
  const here = guests.reading.value.configs.filter(({ node }) => node === nodeName);
  return here.map(whyNotWhole).find((why) => why !== null) ?? null;
}

/** Not referenced and not maybe-referenced, by what that means for this kind of device. */
export function referenceGate(
  finding: RepairFinding,
  device: DmDevice,
  subject: RepairSubject,
  snapshot: Snapshot,
): Gate {
  const { guests, storage, cluster } = snapshot.sections;
  const references = deviceReferences(device, subject, snapshot);
  if (references === null)
    return fails('not referenced', firstUnseen([guests.reading, storage.reading, cluster.reading]) ?? '', SOURCE);
  const partial = subject.is === 'entry' ? incompleteHere(snapshot) : null;
  if (partial !== null) return fails('not referenced', partial, SOURCE);
  const hit = references.direct.find(({ local }) => local) ?? hitByName(finding, subject, references);
  if (hit) return fails('not referenced', describe(hit), SOURCE);
  if (finding.certainty !== 'certain')
    return fails('not referenced', 'some text may refer to it, although PVE does not read it so', SOURCE);
  return passes('not referenced', passingFact(subject, references.byName), SOURCE);
}

/**
 * An extra entry of a volume is not what its name refers to: the entry that stays is. A ghost is not either, since its
 * LV is gone; but a path leads to whatever has the name. Everything else is the volume itself.
 */
function hitByName(
  { code }: RepairFinding,
  subject: RepairSubject,
  { byName, unplaced }: DeviceReferences,
): Reference | undefined {
  if (subject.is !== 'entry') return undefined;
  const isExtra = (code === 'DM001' || code === 'DM002') && subject.entry.device.uuid === '';
  if (isExtra) return undefined;
  const certain = byName.filter(({ certainty }) => certainty === 'certain');
  const maybe = byName.find(({ certainty, local }) => certainty === 'maybe' && (local || certain.length === 0));
  if (maybe) return maybe;
  const here = certain.find(({ local, text }) => local && (!subject.ghost || text.startsWith('/')));
  return here ?? (certain.length === 0 ? unplaced[0] : undefined);
}

const passingFact = (subject: RepairSubject, byName: readonly Reference[]): string => {
  if (subject.is === 'partition-map') return 'no configuration refers to the partition map';
  const [first] = byName;
  if (first === undefined) return 'no section of any configuration on any node refers to it';
  return `what refers to its name does not mean this entry on this node: ${describe(first)}`;
};

const describe = ({ vmid, node, key, section, text, certainty }: Reference): string => {
  const verb = certainty === 'certain' ? 'refers to it' : 'may refer to it';
  const where = section === 'current' ? '' : ` [${section}]`;
  return `guest ${vmid} on node ${node} ${verb}: ${key}${where} (${text})`;
};
