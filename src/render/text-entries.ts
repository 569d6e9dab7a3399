import { describeHolder } from '../model/device-mapper/device-use.ts';
import type { Report, ReportedEntry } from '../model/report/report.ts';
import { type Block, heading, type Page } from './page.ts';
import { printable } from './printable.ts';
import { hang } from './wrap.ts';

function renderDevice(entry: ReportedEntry, page: Page): Block {
  const lead = `  ${printable(entry.name)}  ${entry.inUse === 'yes' ? '[IN USE]' : '[USE NOT KNOWN]'}  `;
  const doubt = entry.inUse === 'yes' ? [] : ['not every sign of use could be read, so it counts as in use'];
  return [
    ...hang(lead, `open count ${entry.openCount}, ${entry.findings.join(', ')}`, page.width),
    ...[...doubt, ...entry.holders.map(describeHolder)].flatMap((line) => hang('      ', printable(line), page.width)),
  ];
}

/** Devices that findings name and that cannot be repaired while somebody holds them. */
export function renderDevicesInUse(report: Report, page: Page): Block {
  const named = report.entries.filter((entry) => entry.inUse !== 'no' && entry.findings.length > 0);
  if (named.length === 0) return [];
  return [heading('Devices in use that findings name', page), ...named.flatMap((entry) => renderDevice(entry, page))];
}

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
