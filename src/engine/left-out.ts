import type { Check } from '../model/check.ts';
import { isFor } from '../model/cluster/across-nodes.ts';
import type { SectionReadings } from '../model/derived.ts';
import type { Finding } from '../model/finding.ts';
import { knownOrNull } from '../model/reading.ts';
import { hidden, type NotJudged } from '../model/report/not-judged.ts';
import type { Snapshot } from '../model/snapshot.ts';

/** What no check can say of itself: it follows from how the node was read, or from what was not there to be looked at. */
export const leftOutByAll = (
  snapshot: Snapshot,
  readings: SectionReadings,
  checks: readonly Check[],
  findings: readonly Finding[],
): readonly NotJudged[] => [
  ...changedMeanwhile(readings, checks),
  ...notRun(snapshot),
  ...stoppedContainers(readings, checks),
  ...groupsAway(readings, findings, checks),
  ...storagesAside(readings),
];

const UNTOLD = { node: null, lastJudgedAt: null };

/** The sentence for an entry that was dropped because it changed while the node was read. */
export const changedSentence = (name: string): string =>
  `${name} changed while the node was read, so it was not judged`;

/** What is said of a disk, and of a volume that is held, depends on what lies on it, and that may be what changed. */
function changedMeanwhile({ deviceMapper }: SectionReadings, checks: readonly Check[]): readonly NotJudged[] {
  const names = knownOrNull(deviceMapper)?.changedMeanwhile ?? [];
  const beneath = checks.filter(({ dependsOnStack }) => dependsOnStack).map(({ code }) => code);
  return names.flatMap((name) => {
    const changed = hidden(changedSentence(name), { kind: 'busy' });
    return [
      { ...changed, ...UNTOLD, codes: null, subject: { kind: 'device', id: name } },
      { ...changed, ...UNTOLD, codes: beneath },
    ];
  });
}

/** LVM is not run where device-mapper could not be read: a command that did not run did not fail either. */
const notRun = ({ sections }: Snapshot): readonly NotJudged[] =>
  Object.values(sections).some(({ reading }) => reading.state === 'unreadable')
    ? [{ ...hidden('not every command was run', { kind: 'away' }), ...UNTOLD, codes: ['NODE002'] }]
    : [];

/**
 * Of a VG that LVM does not show, as after a reboot without its SAN, nothing can be judged: what lies in it is neither there nor gone.
 * A VG that a storage of this node names, or that LV002 found; any, where nobody can say which storages there are.
 */
function groupsAway(
  { lvm, lvmAround, storage, cluster }: SectionReadings,
  findings: readonly Finding[],
  checks: readonly Check[],
): readonly NotJudged[] {
  const report = knownOrNull(lvm) ?? knownOrNull(lvmAround)?.lvm ?? null;
  if (report !== null && [storage, cluster].some(({ state }) => state === 'unreadable')) {
    const codes = checks.map(({ code }) => code).filter((code) => /^(?:DM|ID|LV)/.test(code));
    return [{ ...hidden('which VGs this node should have is not known', { kind: 'away' }), ...UNTOLD, codes }];
  }
  const [storages, where] = [knownOrNull(storage)?.storages ?? [], knownOrNull(cluster)];
  if (report === null || where === null) return [];
  const shown = new Set(report.vgs.map(({ vgName }) => vgName));
  const named = storages
    .filter((one) => isFor(one, where.nodeName))
    .flatMap(({ properties }) => properties['vgname'] ?? []);
  const unseen = findings.flatMap(({ code, subject }) =>
    code === 'LV002' && subject.kind === 'volume-group' ? [subject.id] : [],
  );
  const away = [...new Set([...named, ...unseen])].filter((vgName) => !shown.has(vgName)).sort();
  return away.flatMap((vgName) => {
    const left = { ...hidden(`LVM does not show VG ${vgName}`, { kind: 'away' }), ...UNTOLD };
    // What a VMID meets depends on the volumes of all VGs.
    return [
      { ...left, codes: null, subject: { kind: 'volume-group', id: vgName } },
      { ...left, codes: ['ID001'] },
    ];
  });
}

/** A storage that is disabled or for other nodes is not looked at: what was found on it is not gone, and comes back with it. */
function storagesAside({ storage, cluster }: SectionReadings): readonly NotJudged[] {
  const where = knownOrNull(cluster);
  const aside = (knownOrNull(storage)?.storages ?? []).filter((one) => where !== null && !isFor(one, where.nodeName));
  return aside.map(({ storeid, disabled }) => ({
    ...hidden(`storage ${storeid} is ${disabled ? 'disabled' : 'for other nodes'}`, { kind: 'away' }),
    ...UNTOLD,
    codes: null,
    subject: { kind: 'storage', id: storeid },
  }));
}

/** A container that is stopped, for its backup say, has no mounts, and the same ones again when it runs. */
function stoppedContainers(
  { guests, running, cluster }: SectionReadings,
  checks: readonly Check[],
): readonly NotJudged[] {
  const codes = checks.map(({ code }) => code).filter((code) => code.startsWith('CT'));
  const [known, there, where] = [knownOrNull(guests), knownOrNull(running), knownOrNull(cluster)];
  if (known === null || there === null || where === null)
    return [{ ...hidden('which containers run is not known', { kind: 'away' }), ...UNTOLD, codes }];
  const runs = new Set(there.guests.map(({ vmid }) => vmid));
  const stopped = known.configs.filter(
    ({ vmid, type, node }) => type === 'lxc' && node === where.nodeName && !runs.has(vmid),
  );
  const vmids = stopped.map(({ vmid }) => vmid);
  return vmids.length === 0
    ? []
    : [{ ...hidden('the container does not run', { kind: 'away', vmids }), ...UNTOLD, codes }];
}
