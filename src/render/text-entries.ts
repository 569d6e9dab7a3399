import type { Report, ReportedEntry } from '../model/report/report.ts';
import { type Block, heading, type Page } from './page.ts';
import { printable } from './printable.ts';
import { hang } from './wrap.ts';

const use = (entry: ReportedEntry): readonly string[] => {
  if (entry.inUse === 'unknown') return ['use not known'];
  if (entry.inUse === 'yes') return ['in use'];
  return entry.idle === true ? ['idle'] : [];
};

/** For `--verbose`: every entry of a guest volume, its class and the facts that decided. */
export function renderEntries({ entries }: Report, page: Page): Block {
  if (entries.length === 0) return [];
  return [
    heading('Entries of guest volumes', page),
    ...entries.flatMap((entry) => {
      const judged = entry.class === 'unknown' ? 'not judged' : entry.class;
      const facts = [judged, ...use(entry), ...entry.findings].join(', ');
      return [
        ...hang(`  ${printable(entry.name)}  ${entry.major}:${entry.minor}  `, facts, page.width),
        ...entry.reasons.flatMap((reason) => hang('      ', printable(reason), page.width)),
      ];
    }),
  ];
}
