import { describe, expect, it } from 'vitest';
import { type Listed, problemLines } from './problem-lines.ts';

const GIB = 1024 ** 3;

const left = (code: 'LV001' | 'VOL001', id: string, vmid: number, bytes: number): Listed => ({
  ...{ kind: 'volume', severity: 'notice', who: `Guest ${vmid} (deleted)`, what: `left ${id}`, codes: [code], bytes },
  guests: [{ vmid, name: '', type: null, node: null, state: 'deleted' }],
  findings: [`${code}/volume/${vmid}/${id}`],
});

const lines = (problems: readonly Listed[]) =>
  problemLines(problems).map(({ who, joint, what }) => `${who}${joint}${what}`);

describe('lines of problems', () => {
  it('sum leftovers by the storage whose room they take', () => {
    expect(
      lines([
        left('VOL001', 'tank:vm-104-disk-0', 104, GIB),
        left('LV001', 'san/vm-105-disk-0', 105, GIB),
        left('VOL001', 'nas:106/vm-106-disk-0.raw', 106, GIB),
        left('VOL001', 'tank:vm-104-disk-1', 104, 2 * GIB),
        left('LV001', 'san/vm-107-disk-0', 107, GIB),
      ]),
    ).toEqual([
      '2 unnamed volumes on tank, 3 GiB: guest 104',
      '2 unnamed volumes on san, 2 GiB: guest 105, guest 107',
      'Guest 106 (deleted) left nas:106/vm-106-disk-0.raw',
    ]);
  });

  it('sum what other nodes told as before: they tell no storage', () => {
    const told = (node: string, vmid: number): Listed => ({
      ...left('VOL001', '', vmid, GIB),
      findings: [`VOL001/of-node//${node}/volume:tank:vm-${vmid}-disk-0`],
    });
    expect(lines([told('pve1', 104), told('pve2', 105)])).toEqual([
      '2 unnamed volumes on 2 nodes, 2 GiB: guest 104, guest 105',
    ]);
  });
});
