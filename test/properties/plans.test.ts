import { describe, expect, it } from 'vitest';
import { planRepairs } from '../../src/actions/index.ts';
import { collect } from '../../src/engine/collect.ts';
import { findAll } from '../../src/engine/find-all.ts';
import { memoryHost } from '../../src/host/memory-host.ts';
import type { Capture } from '../../src/model/capture.ts';
import { identifyUuid } from '../../src/model/device-mapper/dm-uuid.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Repairs } from '../../src/model/repair/plan.ts';
import { offerRepair } from '../../src/model/repair/repair-gates.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { readCapture, situations } from '../capture-files.ts';

interface Planned {
  readonly snapshot: Snapshot;
  readonly findings: readonly Finding[];
  readonly repairs: Repairs;
}

async function planned(capture: Capture): Promise<Planned> {
  const snapshot = await collect(memoryHost(capture), null);
  const { findings } = findAll(snapshot);
  return { snapshot, findings, repairs: planRepairs(findings, snapshot, { only: null, vmid: null }) };
}

/** A device is named by a finding's subject, or by a command of its remedy. */
const isNamed = (name: string, findings: readonly Finding[]): boolean =>
  findings.some(
    ({ subject, remedy }) =>
      (subject.kind === 'device' && subject.id === name) || remedy.commands.some((argv) => argv.includes(name)),
  );

describe.each(situations)('in %s', (situation) => {
  const capture = readCapture(situation);

  it('every step is about a device that a finding names, closed, and of a kind that is ours', async () => {
    const { snapshot, findings, repairs } = await planned(capture);
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

  it('planning twice gives the same plan, and what the report offers is planned', async () => {
    const first = await planned(capture);
    expect((await planned(capture)).repairs).toEqual(first.repairs);
    const names = new Set(first.repairs.plans.map(({ deviceName }) => deviceName));
    for (const finding of first.findings.filter((candidate) => offerRepair(candidate, first.snapshot).offered))
      if (finding.repairAction !== 'remove-partition-map') expect(names).toContain(finding.subject.id);
  });
});
