import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/checks/index.ts';
import { assembleReport } from '../../src/engine/assemble-report.ts';
import { collect } from '../../src/engine/collect.ts';
import { examine, findLeftovers } from '../../src/engine/examine.ts';
import { EVERYTHING } from '../../src/engine/narrowing.ts';
import { memoryHost } from '../../src/host/memory-host.ts';
import type { Capture } from '../../src/model/capture.ts';
import { shellWords } from '../../src/model/command/shell-words.ts';
import { sectionsOf } from '../../src/model/derived.ts';
import { identifyUuid } from '../../src/model/device-mapper/dm-uuid.ts';
import type { Finding } from '../../src/model/finding.ts';
import { stepsOf } from '../../src/model/repair/cleaning-plan.ts';
import type { Repairs } from '../../src/model/repair/plan.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { planRepairs } from '../../src/repair/index.ts';
import { planCleaning } from '../../src/repair/plan-cleaning.ts';
import { offerRepair } from '../../src/repair/repair-gates.ts';
import { repairTargets } from '../../src/repair/repair-subject.ts';
import { readCapture, situations } from '../capture-files.ts';

interface Planned {
  readonly snapshot: Snapshot;
  readonly findings: readonly Finding[];
  readonly repairs: Repairs;
}

async function planned(capture: Capture): Promise<Planned> {
  const snapshot = await collect(memoryHost(capture), null);
  const { findings } = findLeftovers(snapshot);
  return { snapshot, findings, repairs: planRepairs(findings, snapshot, { only: null, vmid: null }) };
}

/** A device is named by a finding's subject, or as a partition map by its evidence. */
const isNamed = (name: string, findings: readonly Finding[]): boolean =>
  findings.some(
    ({ subject, evidence }) =>
      (subject.kind === 'device' && subject.id === name) || evidence.some(({ fact }) => fact.startsWith(`${name} (`)),
  );

const reportOf = (snapshot: Snapshot) =>
  assembleReport(snapshot, examine(snapshot, CHECKS), { source: 'live', durationMs: 0, narrowing: EVERYTHING });

describe.each(situations)('in %s', (situation) => {
  const capture = readCapture(situation);
  // Each law looks at the same plan; one of them makes it a second time.
  const whole = planned(capture);

  it('every step is about a device that a finding names, closed, and of a kind that is ours', async () => {
    const { snapshot, findings, repairs } = await whole;
    const { reading } = snapshot.sections.deviceMapper;
    const devices = reading.state === 'known' ? reading.value.devices : [];
    for (const { step } of repairs.plans) {
      const device = devices.find(({ name }) => name === step.device.name);
      expect(device, step.device.name).toMatchObject({ openCount: 0, suspended: false, uuid: step.device.uuid });
      expect(isNamed(step.device.name, findings), step.device.name).toBe(true);
      expect(['lvm', 'partition', 'hand-made']).toContain(identifyUuid(step.device.uuid).kind);
      for (const word of ['--force', '-f', '--deferred']) expect(step.argv).not.toContain(word);
    }
    expect(new Set(repairs.plans.map(({ deviceName }) => deviceName)).size).toBe(repairs.plans.length);
  });

  it('the commands of a finding are those that its repair would run, and none where it would run none', async () => {
    const { snapshot, repairs } = await whole;
    const planOf = new Map(repairs.plans.map(({ deviceName, step }) => [deviceName, step.argv]));
    for (const finding of reportOf(snapshot).findings.filter(({ repairAction }) => repairAction !== null)) {
      const steps = repairTargets(finding, sectionsOf(snapshot)).map(({ name }) => planOf.get(name));
      const lines = finding.remedy.commands.map(({ line }) => line);
      expect(lines, finding.title).toHaveLength(finding.repair.offered ? steps.length : 0);
      for (const [at, line] of lines.entries())
        expect(line.endsWith(` ${shellWords(steps[at] ?? [])}`), line).toBe(true);
    }
  });

  it('a session asks about each entry once, never about one that it keeps, and about nothing before what has to go first', async () => {
    const { snapshot } = await whole;
    const asked = { only: null, vmid: null, max: null };
    const plan = planCleaning({ ...findLeftovers(snapshot), lastTasks: new Map() }, snapshot, asked);
    const names = stepsOf(plan).map(({ deviceName }) => deviceName);
    expect(new Set(names).size).toBe(names.length);
    for (const { name } of [...plan.kept, ...plan.leftAlone.map(({ deviceName }) => ({ name: deviceName }))])
      expect(names).not.toContain(name);
    for (const unit of plan.units) {
      const set = unit.map(({ deviceName }) => deviceName);
      for (const { after, keep, number } of unit) {
        for (const name of after) expect(names.indexOf(name)).toBeLessThan(number - 1);
        // One that is kept beside others goes with all of them, or not at all.
        if (keep !== null && names.includes(keep.name)) expect(set.at(-1)).toBe(keep.name);
      }
    }
  });

  it('planning twice gives the same plan, and what the report offers is planned', async () => {
    const first = await whole;
    expect((await planned(capture)).repairs).toEqual(first.repairs);
    const names = new Set(first.repairs.plans.map(({ deviceName }) => deviceName));
    for (const finding of first.findings.filter((candidate) => offerRepair(candidate, first.snapshot).repair.offered))
      if (finding.repairAction !== 'remove-partition-map') expect(names).toContain(finding.subject.id);
  });
});
