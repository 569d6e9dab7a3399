import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aRecord } from '../../../test/data/node-records.ts';
import { fitRecord, MOST_BYTES, WANTED_BYTES } from './fit-record.ts';
import type { GroupPrint, NodeRecord, VolumePrint } from './node-record.ts';

const size = (record: NodeRecord): number => JSON.stringify(record).length;

const volumes = (count: number): readonly VolumePrint[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ lvName: `vm-${at}-disk-0`, lvUuid: `${at}`.padEnd(32, 'v'), openCount: 1, heldBy: ['process' as const] },
    ...{ since: 1_000_000, looks: 3 },
  }));

const group = (vgName: string, count: number): GroupPrint => ({
  ...{ vgName, vgUuid: vgName.padEnd(32, 'g'), seqno: 5 },
  pvs: [{ pvUuid: vgName.padEnd(32, 'p'), missing: false, disk: { wwid: '', serial: '', sizeBytes: 1 } }],
  volumes: volumes(count),
});

const toldVolumes = ({ fingerprint }: NodeRecord) =>
  (fingerprint.groups ?? []).flatMap((item) => (item.volumes === null ? [] : [item.vgName]));

describe('a record that must stay small', () => {
  it('is published whole where it fits', () => {
    const record = aRecord('pve1', { groups: [group('pve', 3)] });
    expect(fitRecord(record, [], size)).toBe(record);
  });

  it('first leaves out the volumes of groups that no other node has spoken of', () => {
    const record = aRecord('pve1', { groups: [group('pve', 60), group('san', 20)] });
    const fitting = fitRecord(record, [aRecord('pve2', { groups: [group('san', 0)] })], size);
    expect(toldVolumes(fitting)).toEqual(['san']);
    expect(fitting.gaps).toEqual([{ part: 'volumes', because: 'size', detail: 'pve' }]);
    expect(fitting.fingerprint.luns).toEqual([]);
    expect(size(fitting)).toBeLessThan(WANTED_BYTES);
  });

  it('knows a group of another node by its physical volumes too, since names and UUIDs may differ there', () => {
    const other = { ...group('copy', 0), pvs: group('san', 0).pvs };
    const record = aRecord('pve1', { groups: [group('pve', 60), group('san', 20)] });
    expect(toldVolumes(fitRecord(record, [aRecord('pve2', { groups: [other] })], size))).toEqual(['san']);
  });

  it('keeps what shows that data is in danger above the wanted size, up to the limit', () => {
    const record = aRecord('pve1', { groups: [group('san', 100)] });
    const fitting = fitRecord(record, [aRecord('pve2', { groups: [group('san', 0)] })], size);
    expect(toldVolumes(fitting)).toEqual(['san']);
    expect([fitting.fingerprint.luns, fitting.fingerprint.lvmSettings, fitting.fingerprint.running]).toEqual([
      null,
      null,
      [],
    ]);
  });

  it('never leaves out that everything was judged, and of what was not first only the reasons', () => {
    const vmids = [101, 102];
    const line = (code: string, at: number) => ({ code, because: `${code} ${at} ${'because '.repeat(20)}`, vmids });
    const verdict = (count: number) => ({
      ...{ status: 'unknown' as const, grade: '?', problems: [], checks: ['LV001'] },
      unjudged: Array.from({ length: count }, (_, at) => line(at % 2 === 0 ? 'LV001' : 'LV003', at)),
    });
    const large = { groups: [group('san', 100)] };
    const peers = [aRecord('pve2', { groups: [group('san', 0)] })];
    expect(fitRecord(aRecord('pve1', large, { verdict: verdict(0) }), peers, size).verdict?.unjudged).toEqual([]);
    expect(fitRecord(aRecord('pve1', large, { verdict: verdict(90) }), peers, size).verdict?.unjudged).toEqual([
      { code: 'LV001', also: ['LV003'], because: 'the reason did not fit into its record', vmids },
    ]);
  });

  it('is never above the limit, and names every part that it does not have', () => {
    const many = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(many, many, many, fc.boolean(), (own, shared, guests, isKnown) => {
        const running = Array.from({ length: guests * 3 }, (_, at) => ({
          ...{ vmid: 100 + at, type: 'qemu' as const, incoming: false, since: 1_000_000, looks: 9 },
        }));
        const record = aRecord('pve1', { groups: [group('pve', own), group('san', shared)], running });
        const peers = isKnown ? [aRecord('pve2', { groups: [group('san', 0)] })] : [];
        const fitting = fitRecord(record, peers, size);
        expect(size(fitting)).toBeLessThanOrEqual(MOST_BYTES);
        const parts = Object.entries(fitting.fingerprint).flatMap(([name, part]) => (part === null ? [name] : []));
        const lists = (fitting.fingerprint.groups ?? []).some((item) => item.volumes === null) ? ['volumes'] : [];
        const named = fitting.gaps.map(({ part }): string => part);
        for (const lost of [...parts, ...lists]) expect(named).toContain(lost);
      }),
      { numRuns: 40 },
    );
  });
});
