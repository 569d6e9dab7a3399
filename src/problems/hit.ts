import type { Diagnosis } from '../model/check.ts';
import type { AcrossNodes } from '../model/cluster/across-nodes.ts';
import { judgedNodes } from '../model/cluster/cluster-view.ts';
import type { SectionReadings } from '../model/derived.ts';
import type { Finding } from '../model/finding.ts';
import { type LyingGuest, lyingOn } from '../model/layers/lying-on.ts';
import { mountRows } from '../model/mounts/mount-rows.ts';
import { isWithin } from '../model/mounts/mount-tree.ts';
import { storagePath } from '../model/mounts/storage-mounts.ts';
import { oncePer } from '../model/once-per.ts';
import { knownOrNull } from '../model/reading.ts';
import type { GuestState, ProblemGuest } from '../model/report/problem.ts';
import { severityOf } from './severity.ts';

/** Whom a finding hits. */
interface Hit {
  readonly vmids: readonly number[];
  /** Those of them that are without it: none has another leg, or keeps it as unused. */
  readonly losing: readonly number[];
  /** Nobody else may be hit, as far as what lies on it goes. */
  readonly isWhole: boolean;
  /** One that runs, or may; or the node itself. */
  readonly isRunning: boolean;
}

/** A finding with whom it hits, and how bad that makes it. */
export function judged({ harm, vmids: _, hits: _hits, code, lost, ...said }: Diagnosis, hit: Hit): Finding {
  const severity = severityOf(harm, hit.isRunning);
  return {
    ...{ code, severity, ...said, guests: hit.vmids, guestsKnown: hit.isWhole },
    ...(lost !== undefined && hit.losing.length > 0 && { lost: { guests: hit.losing, because: lost } }),
  };
}

/** By what one node knows: what lies on the thing among its layers, and which of those guests run here. */
export const judgedHere = oncePer((sections: SectionReadings) => {
  const runs = runningHere(sections);
  const across = knownOrNull(sections.acrossNodes);
  return (diagnosis: Diagnosis): Finding =>
    diagnosis.nodes !== undefined && across !== null
      ? judgedAcross(across)(diagnosis)
      : judged(diagnosis, hitHere(diagnosis, sections, runs));
});

/** A section that was not read hides guests, and must not make anything milder: one that may run counts as one that does. */
function hitHere(diagnosis: Diagnosis, sections: SectionReadings, runs: RunningHere): Hit {
  const { vmids: named, subject, hits, about } = diagnosis;
  const isSight = subject.kind === 'node' || subject.kind === 'command';
  if (isSight || subject.kind === 'vmid')
    return { vmids: named, losing: [], isWhole: !isSight, isRunning: named.some((vmid) => runs.has(vmid)) };
  const layers = knownOrNull(sections.layers);
  const lying = layers === null ? null : lyingOn(layers);
  const places =
    lying === null ? [] : (hits ?? [subject]).flatMap((one) => lying.placesOf(one, hits === null ? about : undefined));
  const isHere = ({ node }: LyingGuest) => node === null || node === runs.node;
  const above = (lying?.guestsOn(places) ?? []).filter(isHere);
  // What goes on by another leg is not without its data.
  const needing = (lying?.guestsNeeding(places) ?? []).filter((guest) => isHere(guest) && guest.isUsed);
  const behind = subject.kind === 'mount' ? (guestsBehind(sections).get(subject.id) ?? []) : [];
  const isWhole = named.length > 0 || (lying !== null && areAllRead(sections, subject.kind));
  return {
    vmids: [...new Set([...named, ...above.map(({ vmid }) => vmid), ...behind])].sort((a, b) => a - b),
    losing: needing.map(({ vmid }) => vmid),
    isWhole,
    isRunning:
      [...named, ...behind].some((vmid) => runs.has(vmid)) ||
      needing.some(({ vmid }) => runs.has(vmid)) ||
      (lying?.isNodesOwn(places) ?? false) ||
      (!isWhole && runs.any),
  };
}

/** What names the guests that lie on something. */
const areAllRead = ({ guests, storage, containers }: SectionReadings, kind: Diagnosis['subject']['kind']): boolean =>
  [guests, storage, ...(kind === 'mount' ? [containers] : [])].every(({ state }) => state !== 'unreadable');

/** By the id of the subject of a mount. */
const guestsBehind = oncePer(
  (sections: SectionReadings): ReadonlyMap<string, readonly number[]> =>
    new Map(
      mountRows(sections).map(({ vmid, target, guests }) => [
        vmid === null ? target : `${vmid}:${target}`,
        guests.map((guest) => guest.vmid),
      ]),
    ),
);

interface RunningHere {
  readonly node: string | null;
  /** Whether a guest runs on this node, or may. */
  readonly has: (vmid: number) => boolean;
  readonly any: boolean;
}

function runningHere({ guests, running, cluster }: SectionReadings): RunningHere {
  const node = knownOrNull(cluster)?.nodeName ?? null;
  const vmids = running.state === 'known' ? new Set(running.value.guests.map(({ vmid }) => vmid)) : null;
  if (vmids !== null) return { node, has: (vmid) => vmids.has(vmid), any: vmids.size > 0 };
  const configs = knownOrNull(guests)?.configs;
  const mayRun = (vmid: number) =>
    configs === undefined || configs.some((config) => config.vmid === vmid && !config.template && config.node === node);
  return running.state === 'absent'
    ? { node, has: () => false, any: false }
    : { node, has: mayRun, any: configs === undefined || configs.some((config) => config.node === node) };
}

/** Of every guest of the cluster, as far as this node knows. */
export function guestsHere(sections: SectionReadings): readonly ProblemGuest[] | null {
  const { guests, running, cluster } = sections;
  if (guests.state !== 'known') return null;
  const node = knownOrNull(cluster)?.nodeName ?? null;
  const vmids = running.state === 'known' ? new Set(running.value.guests.map(({ vmid }) => vmid)) : null;
  return guests.value.configs.map((config) => {
    const { vmid, name, type, template } = config;
    const isHere = config.node === node;
    const state: GuestState =
      vmids?.has(vmid) === true
        ? 'running'
        : node === null
          ? 'unknown'
          : !isHere
            ? 'elsewhere'
            : template
              ? 'template'
              : vmids === null
                ? 'unknown'
                : 'stopped';
    return { vmid, name, type, node: config.node, state };
  });
}

/** By what the nodes of a cluster told: guests of the storage, VG or volume, wherever they run. */
export const judgedAcross = oncePer((across: AcrossNodes) => {
  const runs = runningAcross(across);
  return (diagnosis: Diagnosis): Finding => {
    const vmids = guestsAcross(diagnosis, across);
    const isRunning = across.guests === null || vmids.some((vmid) => runs(vmid) !== 'stopped');
    return judged(diagnosis, { vmids, losing: [], isWhole: across.guests !== null, isRunning });
  };
});

function guestsAcross(
  { vmids: named, subject: { kind, id }, about }: Diagnosis,
  { guests, storage }: AcrossNodes,
): readonly number[] {
  const { storages } = storage;
  const storeids = new Set(
    storages
      .filter((one) => {
        const { vgname = '', thinpool = '' } = one.properties;
        if (kind === 'storage') return one.storeid === id;
        if (kind === 'volume-group') return vgname === id;
        if (kind === 'thin-pool') return `${vgname}/${thinpool}` === id;
        return kind === 'file-system' && about !== undefined && isWithin(storagePath(one) ?? '', about);
      })
      .map(({ storeid }) => storeid),
  );
  const on = (guests?.configs ?? []).filter(({ mentions }) =>
    mentions.some(
      ({ target, section, certainty }) =>
        target.kind === 'volid' && section === 'current' && certainty === 'certain' && storeids.has(target.storeid),
    ),
  );
  return [...new Set([...named, ...on.map(({ vmid }) => vmid)])].sort((a, b) => a - b);
}

/** `unknown`: the node that has it did not tell which of its guests run. */
function runningAcross({ view, guests }: AcrossNodes): (vmid: number) => 'running' | 'stopped' | 'unknown' {
  const told = new Map(
    judgedNodes(view).map(({ name, standing }) => [name, standing.record.fingerprint.running] as const),
  );
  const running = new Set([...told.values()].flatMap((list) => list?.map(({ vmid }) => vmid) ?? []));
  const nodeOf = new Map((guests?.configs ?? []).map(({ vmid, node }) => [vmid, node]));
  return (vmid) => {
    if (running.has(vmid)) return 'running';
    const node = nodeOf.get(vmid);
    if (node === undefined) return guests === null ? 'unknown' : 'stopped';
    return told.get(node) == null ? 'unknown' : 'stopped';
  };
}

export function guestsOfCluster(across: AcrossNodes): readonly ProblemGuest[] | null {
  const runs = runningAcross(across);
  return (
    across.guests?.configs.map(({ vmid, name, type, node, template }) => ({
      ...{ vmid, name, type, node },
      state: template ? ('template' as const) : runs(vmid),
    })) ?? null
  );
}
