import { describe, expect, it } from 'vitest';
import { acrossOf, judged, runningGuest } from '../../test/checks/cluster-examples.ts';
import { guest } from '../../test/checks/examples.ts';
import { aRecord, at, RECORD_TIME, secondsOf } from '../../test/data/node-records.ts';
import type { RunningPrint } from '../model/cluster/node-record.ts';
import { cl001 } from './cl001-guest-on-two-nodes.ts';

const on = (node: string, more: Partial<RunningPrint> = {}) => aRecord(node, { running: [runningGuest(102, more)] });
const configs = [guest(102)];

describe('CL001', () => {
  it('accuses a guest that runs on two nodes at the same time', () => {
    const { findings } = judged(cl001, acrossOf([on('pve1'), on('pve2'), aRecord('pve3')], { configs }));
    expect(findings).toMatchObject([
      { harm: 'corruption', vmid: 102, nodes: ['pve1', 'pve2'], subject: { kind: 'vmid', id: '102' } },
    ]);
  });

  it('is silent about a guest that runs once', () => {
    expect(judged(cl001, acrossOf([on('pve1'), aRecord('pve2')], { configs }))).toEqual({ findings: [], open: [] });
  });

  it.each([
    ['its configuration is locked', [on('pve1'), on('pve2')], [guest(102, { lock: 'migrate' })]],
    [
      'the source runs the task',
      [
        aRecord('pve1', {
          running: [runningGuest(102)],
          activity: { tasks: [{ type: 'qmigrate', vmids: [102] }], locks: [] },
        }),
        on('pve2'),
      ],
      configs,
    ],
    ['it has only just arrived', [on('pve1'), on('pve2', { incoming: true, looks: 1 })], configs],
  ])('is silent during a migration: %s', (_, records, having) => {
    expect(judged(cl001, acrossOf(records, { configs: having })).findings).toEqual([]);
  });

  it('does not accuse one that moved between the two records, and does not call it clean', () => {
    const moved = [on('pve1'), on('pve2', { since: secondsOf(RECORD_TIME), looks: 1 })];
    const { findings, open } = judged(cl001, acrossOf(moved, { configs }));
    expect(findings).toEqual([]);
    expect(open).toEqual([
      'guest 102 runs on pve1 and pve2: their records do not overlap in time, so it may have moved from the one to the other',
    ]);
  });

  it('accuses one that arrived long ago and still runs at home', () => {
    expect(judged(cl001, acrossOf([on('pve1'), on('pve2', { incoming: true })], { configs })).findings).toHaveLength(1);
  });

  it.each([
    ['a record is too old', [on('pve1'), { ...on('pve2'), takenAt: at(-7200) }], configs],
    ['tasks are not told', [on('pve1'), aRecord('pve2', { running: [runningGuest(102)], activity: null })], configs],
    ['configurations are unreadable', [on('pve1'), on('pve2')], null],
  ])('is open where %s', (_, records, having) => {
    const { findings, open } = judged(cl001, acrossOf(records, { configs: having }));
    expect(findings).toEqual([]);
    expect(open).not.toEqual([]);
  });

  it('says on a node only what involves that node', () => {
    const records = [on('pve1'), on('pve2'), aRecord('pve3')];
    expect(judged(cl001, acrossOf(records, { configs, only: 'pve2' })).findings).toHaveLength(1);
    expect(judged(cl001, acrossOf(records, { configs, only: 'pve3' })).findings).toEqual([]);
  });
});
