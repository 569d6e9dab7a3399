import fc from 'fast-check';
import { describe, it } from 'vitest';
import { trials } from '../../test/sample.ts';
import type { Parsed } from '../model/reading.ts';
import { parseDmsetupInfo, parseDmsetupTable, parseThinPoolStatus } from './dmsetup.ts';
import { parseLvmFullreport } from './lvm-report.ts';
import { parseCpuinfo, parseLoadavg, parseMeminfo, parsePasswd, parsePvecfg } from './machine-files.ts';
import { parseMountedPlaces, parseMountinfo } from './mountinfo.ts';
import { parseProcSwaps } from './proc-tables.ts';
import { parseProcessOwner, parseProcessStat } from './processes.ts';
import { parseTaskIndex } from './tasks.ts';

const NAMES = new Set(['a', 'a b', 'a: 0 8 x', '']);

const PARSERS: Readonly<Record<string, (text: string) => Parsed<unknown>>> = {
  parseCpuinfo,
  parseDmsetupInfo,
  parseLoadavg,
  parseLvmFullreport,
  parseMeminfo,
  parseMountedPlaces,
  parseMountinfo,
  parsePasswd,
  parseProcSwaps,
  parseProcessStat,
  parsePvecfg,
  parseTaskIndex,
  parseProcessOwner: (text) => parseProcessOwner(text, text),
  parseDmsetupTable: (text) => parseDmsetupTable(text, NAMES),
  parseThinPoolStatus: (text) => parseThinPoolStatus(text, NAMES),
};

/** Words that get a text past the first test of a parser. */
const WORD = fc.constantFrom(
  ...['a', 'a b', ': ', '0 8 linear 7:2', 'thin-pool', 'crypt', '\t', '\n', ' ', '254', '-', '\\040', '\\x2', '\0'],
  ...['L--w', 'No devices found', '{"report":[', '{"vg":[]}', ']}', 'MemTotal:', ' kB', 'Filename', '/dev/dm-1', 'é'],
);

const TEXT = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(WORD).map((words) => words.join('')),
  fc.json().map((json) => `{"report":[${json}]}`),
);

describe.each(Object.entries(PARSERS))('%s', (_, parse) => {
  it('does not throw, whatever the text', () => {
    fc.assert(
      fc.property(TEXT, (text) => void parse(text)),
      { numRuns: trials(300) },
    );
  });

  it('takes time in proportion to the text', () => {
    for (const word of ['a: ', '\\040', ' - ', ':', "sub version_text { return '", '(', '[', '\t1', 'a\n', ' '])
      parse(word.repeat(60_000));
  });
});
