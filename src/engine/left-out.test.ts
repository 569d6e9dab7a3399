import { describe, expect, it } from 'vitest';
import { readCapture } from '../../test/capture-files.ts';
import { CHECKS } from '../checks/index.ts';
import { memoryHost } from '../host/memory-host.ts';
import { known, knownOrNull, unreadable } from '../model/reading.ts';
import { lookOf, wasJudged } from '../model/report/history-state.ts';
import { findingKey } from '../model/report/report-history.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { assembleReport } from './assemble-report.ts';
import { collect } from './collect.ts';
import { examine } from './examine.ts';
import { EVERYTHING } from './narrowing.ts';

const reportOf = (snapshot: Snapshot) =>
  assembleReport(snapshot, examine(snapshot, CHECKS), { source: 'live', durationMs: 0, narrowing: EVERYTHING });

/** The node after a reboot without the disks of its VGs. */
function withoutDisks(snapshot: Snapshot): Snapshot {
  const { lvm, deviceMapper, thinPools, targetStatuses } = snapshot.sections;
  const report = knownOrNull(lvm.reading);
  if (report === null) throw new Error('the capture has a report of LVM');
  const gone = { ...report, vgs: [], lvs: [], pvs: [], leftOut: [] };
  return {
    ...snapshot,
    sections: {
      ...snapshot.sections,
      lvm: { ...lvm, reading: known(gone) },
      deviceMapper: { ...deviceMapper, reading: known({ devices: [], changedMeanwhile: [] }) },
      thinPools: { ...thinPools, reading: known({ pools: [] }) },
      targetStatuses: { ...targetStatuses, reading: known({ byName: new Map() }) },
    },
  };
}

describe('a storage that is not looked at', () => {
  it.each(['disable 1', 'nodes pve2'])('resolves nothing that was found on it: %s', async (line) => {
    const capture = readCapture('lvm-volumes-missing-whole');
    const before = reportOf(await collect(memoryHost(capture))).findings.filter(({ code }) => code === 'VOL003');
    expect(before.length).toBeGreaterThan(1);
    const path = '/etc/pve/storage.cfg';
    const text = capture.files?.[path];
    const lines = (Array.isArray(text) ? text : []).flatMap((one: string) =>
      /^lvm(?:thin)?: /.test(one) ? [one, `\t${line}`] : [one],
    );
    const aside = reportOf(await collect(memoryHost({ ...capture, files: { ...capture.files, [path]: lines } })));
    const look = lookOf(aside);
    expect(before.map(findingKey).filter((key) => wasJudged(key, look))).toEqual([]);
    // A guest names what was not looked at: it is not healthy.
    expect(aside).toMatchObject({ status: 'unknown', exitCode: 3 });
  });
});

describe('a VG that is away', () => {
  it.each(['thin-pool-full', 'orphan-guest-gone'])('takes nothing of %s for resolved', async (situation) => {
    const snapshot = await collect(memoryHost(readCapture(situation)));
    const before = reportOf(snapshot).findings.filter(({ code }) => /^(?:DM|LV)/.test(code));
    expect(before.length).toBeGreaterThan(0);
    const look = lookOf(reportOf(withoutDisks(snapshot)));
    expect(before.map(findingKey).filter((key) => wasJudged(key, look))).toEqual([]);
  });

  it.each([['storage'], ['cluster']] as const)(
    'takes nothing for resolved either where %s cannot be read',
    async (name) => {
      const snapshot = await collect(memoryHost(readCapture('thin-pool-full')));
      const before = reportOf(snapshot).findings.filter(({ code }) => code === 'LV010');
      const { sections } = withoutDisks(snapshot);
      const blind = {
        ...sections[name],
        reading: unreadable({ kind: 'timed-out', source: '/etc/pve', detail: 'did not answer' }),
      };
      const look = lookOf(reportOf({ ...snapshot, sections: { ...sections, [name]: blind } }));
      expect(before.map(({ subject }) => subject.id)).toEqual(['hot/data', 'warm/data']);
      expect(before.map(findingKey).filter((key) => wasJudged(key, look))).toEqual([]);
    },
  );
});
