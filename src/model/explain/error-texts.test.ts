import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../checks/index.ts';
import { findErrorTexts, parseErrorTexts } from './error-texts.ts';

const PAGE = readFileSync(new URL('../../../docs/errors/texts.md', import.meta.url), 'utf8');
const TEXTS = parseErrorTexts(PAGE);

const codes = (given: string): readonly string[] => findErrorTexts(given, TEXTS).map(({ code }) => code);

describe('the page of error texts', () => {
  it('has at least 60 texts, each once, and each with a check that there is', () => {
    expect(TEXTS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(TEXTS.map(({ text }) => text)).size).toBe(TEXTS.length);
    expect(TEXTS.filter(({ code }) => !CHECKS.some((check) => check.code === code))).toEqual([]);
    // No row of a table is passed over.
    expect(PAGE.split('\n').filter((line) => line.startsWith('| `'))).toHaveLength(TEXTS.length);
  });

  it('finds each of them by itself', () => {
    for (const one of TEXTS) expect(findErrorTexts(one.text.replaceAll('…', 'x-1'), TEXTS)).toContain(one);
  });
});

describe('a text that somebody pastes', () => {
  it.each([
    [
      "TASK ERROR: can't activate LV '/dev/san/vm-1-disk-0': device-mapper: create ioctl on san-vm--1--disk--0 LVM-abc failed: Device or resource busy",
      'DM013',
    ],
    ['Device or resource busy', 'DM013'],
    ['busy', 'MNT006'],
    ['VM is locked (backup)', 'VOL004'],
    ["WARNING: Couldn't find device with uuid abc-def.", 'LV017'],
    ["ls: cannot access '/mnt/pve/nas': Stale file handle", 'MNT001'],
    ['device mapper create failed resource', 'DM013'],
  ])('%s', (given, code) => {
    expect(codes(given)[0]).toBe(code);
  });

  it.each(['', 'abc', 'nothing that anybody ever prints', '…', '\u0000'])('%j is found nowhere', (given) => {
    expect(codes(given)).toEqual([]);
  });
});
