import { CHECKS } from '../checks/index.ts';
import type { Host } from '../host/host.ts';
import { type Answer, exitOf, NOTHING, type Wanted } from '../model/before/answer.ts';
import type { BeforeGuest, BeforeReport } from '../model/before/before-report.ts';
import { GUEST_OPERATIONS, type OperationFacts, rebootAnswer } from '../model/before/operations.ts';
import { newGuest } from '../model/before/restore.ts';
import { situationOf } from '../model/before/situation.ts';
import { factsFrom, type SectionReadings, sectionsOf } from '../model/derived.ts';
import { UsageError } from '../model/faults.ts';
import type { MountSettings } from '../model/mounts/mounts.ts';
import { whyNot } from '../model/reading.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { assembleReport } from './assemble-report.ts';
import { collect } from './collect.ts';
import { examine } from './examine.ts';
import { EVERYTHING } from './narrowing.ts';
import { type ReportOrigin, reportHead } from './report-head.ts';

/** Reads the node as a check does, so that both say the same. */
export async function readBefore(
  host: Host,
  source: string,
  wanted: Wanted,
  settings: MountSettings,
): Promise<BeforeReport> {
  const start = host.elapsedMs();
  const snapshot = await collect(host, settings);
  return beforeReport(snapshot, wanted, { source, durationMs: host.elapsedMs() - start });
}

export function beforeReport(snapshot: Snapshot, wanted: Wanted, origin: ReportOrigin): BeforeReport {
  const readings = sectionsOf(snapshot);
  const facts = factsFrom(readings, ['guests', 'storage', 'cluster']);
  const { answer, guest } =
    facts.state === 'known'
      ? answered(facts.value, readings, wanted)
      : { answer: { ...NOTHING, notLooked: [`guests and storages: ${whyNot(facts)}`] }, guest: null };
  const { problems } = assembleReport(snapshot, examine(snapshot, CHECKS), { ...origin, narrowing: EVERYTHING });
  const concerned = problems.filter(
    ({ guests }) => wanted.vmid === null || guests.some((one) => one.vmid === wanted.vmid),
  );
  const hasWorse = concerned.some(({ severity }) => severity !== 'notice');
  const exitCode = exitOf(answer);
  return {
    ...reportHead(snapshot, origin),
    operation: wanted.operation,
    guest,
    ...answer,
    problems: concerned.map(({ id, severity, who, what, codes }) => ({ id, severity, who, what, codes })),
    exitCode: exitCode === 0 && hasWorse ? 1 : exitCode,
  };
}

function answered(
  facts: OperationFacts,
  readings: SectionReadings,
  wanted: Wanted,
): { readonly answer: Answer; readonly guest: BeforeGuest | null } {
  const { operation, vmid } = wanted;
  if (operation === 'reboot') return { answer: rebootAnswer(facts, readings), guest: null };
  const row = GUEST_OPERATIONS[operation];
  const number = vmid ?? 0;
  const configs = facts.guests.configs.filter((one) => one.vmid === number);
  const config = configs.find(({ node }) => node === facts.cluster.nodeName);
  const [elsewhere] = configs;
  if (config === undefined && elsewhere !== undefined)
    throw new UsageError(`guest ${number} is on node ${elsewhere.node}: ask there, with --node ${elsewhere.node}`);
  if (config === undefined && row.isNew !== true) throw new UsageError(`no node of this cluster has a guest ${number}`);
  const situation = situationOf(config ?? newGuest(number, facts.cluster.nodeName), facts, readings);
  const { type, name } = situation.config;
  return {
    answer: row.answer(situation, wanted, facts, config !== undefined),
    guest: config === undefined ? null : { vmid: number, type, name, running: situation.running },
  };
}
