import { describe, expect, it } from 'vitest';
import { acrossOf, COPIED_DISK, groupOn, judged, lunDisk, mountedOn } from '../../test/checks/cluster-examples.ts';
import { uuid } from '../../test/checks/examples.ts';
import { aRecord } from '../../test/data/node-records.ts';
import type { FileSystemPrint } from '../model/cluster/node-record.ts';
import { cl003 } from './cl003-mounted-on-two-nodes.ts';

const on = (node: string, more: Partial<FileSystemPrint> = {}, disk = lunDisk()) =>
  aRecord(node, { fileSystems: [mountedOn(disk, more)], groups: [groupOn('san', disk)] });

const volume = { device: { kind: 'volume', vgUuid: uuid('san'), lvUuid: uuid('lv') } } as const;

describe('CL003', () => {
  it.each([
    ['one partition of one LUN', {}],
    ['one volume of one VG', volume],
  ])('accuses a file system on %s that two nodes have mounted', (_, device) => {
    const { findings } = judged(cl003, acrossOf([on('pve1', device), on('pve2', { ...device, target: '/elsewhere' })]));
    expect(findings).toMatchObject([{ harm: 'corruption', subject: { kind: 'file-system' }, nodes: ['pve1', 'pve2'] }]);
  });

  it('takes the UUID of a file system for no proof', () => {
    expect(judged(cl003, acrossOf([on('pve1', {}, lunDisk(1)), on('pve2', {}, lunDisk(2))]))).toEqual({
      findings: [],
      open: [],
    });
    const copies = [on('pve1', volume, lunDisk(1)), on('pve2', volume, lunDisk(2))];
    expect(judged(cl003, acrossOf(copies)).findings).toEqual([]);
  });

  it.each([
    ['one node', '11111111-2222-3333-4444-555555555555'],
    ['both nodes', ''],
  ])('accuses by the device alone where the UUID is not known on %s', (_, fsUuid) => {
    const judgement = judged(cl003, acrossOf([on('pve1', { fsUuid }), on('pve2', { fsUuid: '' }), aRecord('pve3')]));
    const id = fsUuid === '' ? expect.stringContaining(lunDisk().wwid) : fsUuid;
    expect(judgement).toMatchObject({ findings: [{ subject: { id }, nodes: ['pve1', 'pve2'] }], open: [] });
    const copies = [on('pve1', { fsUuid }), on('pve2', { fsUuid: '' }, lunDisk(2))];
    expect(judged(cl003, acrossOf(copies))).toEqual({ findings: [], open: [] });
  });

  it('is open where neither UUID nor device is known', () => {
    const nameless = on('pve2', { fsUuid: '', device: { kind: 'unknown' } });
    expect(judged(cl003, acrossOf([on('pve1'), nameless]))).toMatchObject({ findings: [], open: [expect.any(String)] });
  });

  it('is silent about two partitions of one disk', () => {
    const other = on('pve2', { device: { kind: 'disk', disk: lunDisk(), partition: 2 } });
    expect(judged(cl003, acrossOf([on('pve1'), other])).findings).toEqual([]);
  });

  it.each([
    ['copied machines cannot be told apart', on('pve1', {}, COPIED_DISK), on('pve2', {}, COPIED_DISK)],
    ['the device is not known', on('pve1'), on('pve2', { device: { kind: 'unknown' } })],
  ])('is open where %s', (_, a, b) => {
    const { findings, open } = judged(cl003, acrossOf([a, b]));
    expect(findings).toEqual([]);
    expect(open).toHaveLength(1);
  });
});
