import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/checks/index.ts';
import { assembleReport } from '../../src/engine/assemble-report.ts';
import { collect } from '../../src/engine/collect.ts';
import { examine } from '../../src/engine/examine.ts';
import { EVERYTHING } from '../../src/engine/narrowing.ts';
import { memoryHost } from '../../src/host/memory-host.ts';
import { known, knownOrNull } from '../../src/model/reading.ts';
import { lookOf, updateHistory, wasJudged } from '../../src/model/report/history-state.ts';
import type { Report } from '../../src/model/report/report.ts';
import { findingKey } from '../../src/model/report/report-history.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { readCapture, situations } from '../capture-files.ts';

const reportOf = (snapshot: Snapshot): Report =>
  assembleReport(snapshot, examine(snapshot, CHECKS), { source: 'live', durationMs: 0, narrowing: EVERYTHING });

/** The same node while a backup of this guest runs. */
function withBackupOf(vmid: number, snapshot: Snapshot): Snapshot {
  const { guests } = snapshot.sections;
  const value = knownOrNull(guests.reading);
  if (value === null) return snapshot;
  const configs = value.configs.map((config) =>
    config.vmid === vmid ? { ...config, lock: 'backup', unchangedSeconds: 60 } : config,
  );
  return {
    ...snapshot,
    sections: { ...snapshot.sections, guests: { ...guests, reading: known({ ...value, configs }) } },
  };
}

const vmidsIn = ({ sections }: Snapshot): readonly number[] => [
  ...new Set((knownOrNull(sections.guests.reading)?.configs ?? []).map(({ vmid }) => vmid)),
];

describe.each(situations)('in %s', (situation) => {
  const snapshot = collect(memoryHost(readCapture(situation)));

  it('a guest that a task works on is neither healthy nor mended by that', async () => {
    const node = await snapshot;
    const before = reportOf(node);
    const state = updateHistory(null, lookOf(before)).state;
    for (const vmid of vmidsIn(node)) {
      const during = reportOf(withBackupOf(vmid, node));
      const look = lookOf(during);
      const there = new Set(during.findings.map(findingKey));
      const lost = before.findings.map(findingKey).filter((key) => !there.has(key) && wasJudged(key, look));
      expect({ vmid, lost }).toEqual({ vmid, lost: [] });
      const { resolved } = updateHistory(state, look);
      expect({ vmid, resolved }).toEqual({ vmid, resolved: [] });
      // What was found of it and is not said now is no health: neither the status, nor a grade.
      if (during.findings.length < before.findings.length) {
        expect(during.status).not.toBe('healthy');
        expect(during.grade).not.toBe('A+');
      }
    }
  });

  it('every entry, mount and guest is found, clean, or in the list of what was not judged', async () => {
    const report = reportOf(await snapshot);
    const listed = new Set(report.notJudged.flatMap(({ subject }) => (subject === null ? [] : [subject.id])));
    const whole = report.notJudged.some(({ codes, subject, vmids, kind }) => {
      const isOfAll = subject === null && vmids.length === 0 && kind === 'hidden';
      return isOfAll && (codes === null || codes.some((code) => /^(?:DM01|MNT|CT)/.test(code)));
    });
    const entries = report.entries
      .filter(({ class: of, name }) => (of === 'busy' || of === 'unknown') && !listed.has(name))
      .map(({ name }) => name);
    const mounts = report.mounts
      .filter(({ status, vmid, target }) => {
        const id = vmid === null ? target : `${vmid}:${target}`;
        return status === 'unknown' && !listed.has(id);
      })
      .map(({ target }) => target);
    expect(whole ? [] : [...entries, ...mounts]).toEqual([]);
    const isOpen = report.notJudged.some(({ kind }) => kind === 'hidden' || kind === 'busy');
    expect(isOpen && report.status === 'healthy').toBe(false);
  });
});
