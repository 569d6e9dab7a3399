import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report/report.ts';
import { filesBelow } from '../repo/repository.ts';
import { fencedBlocks, userPages } from './document-blocks.ts';

const REAL = filesBelow('test/goldens', '.json').flatMap(({ text }) => (JSON.parse(text) as Report).findings);

/** Of no capture: a command that hangs makes a capture in which the next one was not run. */
const SEEN_ONLY_LIVE = ['lvm fullreport did not end in time'];

interface Shown {
  readonly path: string;
  readonly severity: string;
  readonly code: string;
  readonly title: string;
}

/** `▲ WARNING  DM012  san/vm-100-disk-1 is active, but …`, over several lines where it is long. */
const HEADLINE = /^\S (CRITICAL|WARNING|NOTICE) +([A-Z]+\d{3}) +(.*(?:\n {15,}\S.*)*)/gm;

const SHOWN: readonly Shown[] = userPages()
  .filter(({ path }) => path.startsWith('docs/checks/'))
  .flatMap(fencedBlocks)
  .flatMap(({ path, text }) =>
    [...text.matchAll(HEADLINE)].map(([, severity = '', code = '', title = '']) => ({
      ...{ path, code, severity: severity.toLowerCase(), title: title.replace(/\s+/g, ' ') },
    })),
  );

/** The words that every finding of a kind has: names have digits, slashes or hyphens; one or many are alike. */
const wordsOf = (title: string): readonly string[] =>
  title.split(' ').flatMap((word) => (/[\d/-]/.test(word) ? [] : [word.replace(/s$/, '')]));

function isPartOf(words: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const word of whole) if (word === words[at]) at += 1;
  return at === words.length;
}

describe('findings that pages of checks show', () => {
  it('are shown by most of them', () => {
    expect(new Set(SHOWN.map(({ code }) => code)).size).toBeGreaterThan(20);
  });

  it.each(SHOWN.filter(({ title }) => !SEEN_ONLY_LIVE.includes(title)))(
    'have the severity and the words of real ones: $path, $title',
    ({ code, severity, title }) => {
      const alike = REAL.filter((real) => real.code === code && real.severity === severity);
      expect(alike.some((real) => isPartOf(wordsOf(title), wordsOf(real.title)))).toBe(true);
    },
  );
});
