import type { Report, ReportedEntry } from '../model/report/report.ts';
import { describeHolder } from './holder-words.ts';
import { atMost, type Block, heading, type Page } from './page.ts';
import { printable } from './printable.ts';
import { hang } from './wrap.ts';

function renderDevice(entry: ReportedEntry, page: Page): Block {
  const lead = `  ${printable(entry.name)}  ${entry.inUse === 'yes' ? '[IN USE]' : '[USE NOT KNOWN]'}  `;
  const doubt = entry.inUse === 'yes' ? [] : ['not every sign of use could be read, so it counts as in use'];
  return [
    ...hang(lead, `open count ${entry.openCount}, ${entry.findings.join(', ')}`, page.width),
    ...[...doubt, ...entry.holders.map(describeHolder)].flatMap((line) => hang('      ', line, page.width)),
  ];
}

/** Devices that findings name and that cannot be repaired while somebody holds them. */
export function renderDevicesInUse(report: Report, page: Page): Block {
  const named = report.entries.filter((entry) => entry.inUse !== 'no' && entry.findings.length > 0);
  if (named.length === 0) return [];
  return [
    heading('Devices in use that findings name', page),
    ...atMost(
      named,
      page,
      (entry) => renderDevice(entry, page),
      (hidden) => `and ${hidden} more devices: --verbose shows all`,
    ),
  ];
}
