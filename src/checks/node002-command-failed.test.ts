import { describe, expect, it } from 'vitest';
import { device, lvmReport, mapper, textOf } from '../../test/checks/examples.ts';
import type { DeviceMapper } from '../model/device-mapper/device-mapper.ts';
import { absent, known, type Problem, type Reading, unreadable } from '../model/reading.ts';
import { node002 } from './node002-command-failed.ts';

const clean = {
  deviceMapper: known(mapper()),
  thinPools: known({ pools: [] }),
  targetStatuses: known({ byName: new Map() }),
  lvm: known(lvmReport([])),
};
const lvm = (kind: Problem['kind'], over: Partial<Problem> = {}): Reading<never> =>
  unreadable({ kind, source: 'lvm fullreport --nolocking', detail: 'stopped after 10 s', ...over });
const withSuspended: Reading<DeviceMapper> = known(mapper(device('x', 0, { suspended: true })));

describe('NODE002', () => {
  it('reports a command that did not end in time, with the command line as run', () => {
    const [finding] = node002.examine({}, { ...clean, lvm: lvm('timed-out') });
    expect(finding).toMatchObject({
      harm: 'less-sight',
      subject: { kind: 'command', id: 'lvm fullreport' },
      title: 'lvm fullreport did not end in time',
      evidence: [{ fact: 'stopped after 10 s', source: 'lvm fullreport --nolocking' }],
    });
  });

  it('shows the exit status and what the command said', () => {
    const failed = lvm('failed', { detail: 'failed', exitCode: 5, stderr: 'Volume group not found' });
    const [finding] = node002.examine({}, { ...clean, lvm: failed });
    expect(finding && textOf(finding)).toContain('failed (exit status 5)');
    expect(finding && textOf(finding)).toContain('standard error: Volume group not found');
  });

  it('says what comes first where LVM was not run', () => {
    const [finding] = node002.examine(
      {},
      { ...clean, lvm: lvm('timed-out', { detail: 'not run, since mpatha queues' }) },
    );
    expect(finding?.title).toBe('lvm fullreport was not run');
    expect(finding?.remedy.text).toMatch(/^Mend first what it would have waited for.*run no LVM command by hand/s);
  });

  it('reports each command once', () => {
    const table = unreadable({ kind: 'truncated', source: 'dmsetup table', detail: 'ends in the middle of a line' });
    const findings = node002.examine({}, { ...clean, deviceMapper: table, thinPools: table, lvm: lvm('malformed') });
    expect(findings.map(({ subject }) => subject.id)).toEqual(['dmsetup table', 'lvm fullreport']);
  });

  it('is silent when LVM was not run because a device is suspended, and about missing rights or programs', () => {
    expect(node002.examine({}, { ...clean, deviceMapper: withSuspended, lvm: lvm('failed') })).toEqual([]);
    expect(node002.examine({}, { ...clean, lvm: lvm('denied') })).toEqual([]);
    expect(node002.examine({}, { ...clean, lvm: absent('no lvm2') })).toEqual([]);
    expect(node002.examine({}, clean)).toEqual([]);
  });
});
