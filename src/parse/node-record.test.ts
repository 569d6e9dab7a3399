import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aRecord, UNTOLD } from '../../test/data/node-records.ts';
import { parseNodeRecord } from './node-record.ts';

const whole = aRecord('pve2');
const parse = (value: unknown) => parseNodeRecord(JSON.stringify(value), 'pve2');
const complaint = (value: unknown) => {
  const word = parse(value);
  return word.state === 'unusable' ? word.because : word.state;
};

describe('the record of a node', () => {
  it.each([
    ['whole', whole],
    ['with nothing told', { ...whole, verdict: null, fingerprint: UNTOLD }],
    ['with more than this version knows', { ...whole, more: 1, fingerprint: { ...whole.fingerprint, zfs: [] } }],
  ])('is read: %s', (_, record) => {
    expect(parse(record)).toEqual({ state: 'record', record });
  });

  it('that was taken back says when', () => {
    const taken = { format: 1, node: 'pve2', takenAt: '2026-11-20T02:00:00.000Z', withdrawn: true };
    expect(parse(taken)).toEqual({ state: 'withdrawn', takenAt: taken.takenAt });
    expect(complaint({ ...taken, takenAt: 'now' })).toMatch(/at no time/);
  });

  it('of a later format is not understood in part', () => {
    expect(parse({ ...whole, format: 2, toolVersion: '9.9' })).toMatchObject({
      ...{ state: 'unusable', kind: 'future-format' },
      because: 'its pve-doctor of version 9.9 writes records of format 2, and this one reads up to 1',
    });
  });

  it.each<[string, unknown, RegExp]>([
    ['no object', [], /not JSON/],
    ['no format', { ...whole, format: '1' }, /which format/],
    ['another node', { ...whole, node: 'pve3' }, /another node/],
    ['no time', { ...whole, takenAt: '2026-99-99T00:00:00.000Z' }, /takenAt/],
    ['no fingerprint', { ...whole, fingerprint: null }, /fingerprint/],
    ['a part left out without saying so', { ...whole, fingerprint: { running: [] } }, /is missing/],
    ['a VMID that is none', { ...whole, fingerprint: { ...UNTOLD, running: [{ vmid: -1 }] } }, /vmid/],
    ['a text without end', { ...whole, bootId: 'x'.repeat(5000) }, /short string/],
    ['a list without end', { ...whole, gaps: Array.from({ length: 5000 }, () => 0) }, /more than 4096/],
    [
      'a device of no kind',
      {
        ...whole,
        fingerprint: {
          ...UNTOLD,
          fileSystems: [{ fsType: '', fsUuid: '', device: { kind: 'toString' }, target: '', since: 0, looks: 0 }],
        },
      },
      /device/,
    ],
  ])('is damaged with %s', (_, record, wanted) => {
    expect(complaint(record)).toMatch(wanted);
  });

  it('never throws, and says one short sentence', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const word = parseNodeRecord(text, 'pve2');
        expect(word.state).toBe('unusable');
        expect(word.state === 'unusable' && word.because.length < 300 && !word.because.includes('\n')).toBe(true);
      }),
    );
  });

  it('is cut nowhere without being told', () => {
    const text = JSON.stringify(whole);
    for (let length = 0; length < text.length; length += 7)
      expect(parseNodeRecord(text.slice(0, length), 'pve2').state).toBe('unusable');
  });
});
