import { expect, it } from 'vitest';
import { firstChange } from '../../../test/data/hostile-texts.ts';
import { largeReport } from '../../../test/data/large-report.ts';
import { duplicate, healthyReport, orphan, troubledReport, unknownReport } from '../../../test/data/sample-report.ts';
import { briefText, MOST_BRIEF_BYTES } from './brief.ts';
import { bytesOf } from './clip.ts';

const nothing = { shifted: [], resolved: [], notJudged: [] };

it('says what is new, what could not be judged, what is gone and what still stands, in this order', () => {
  const change = { ...nothing, since: '2026-11-19T02:00:04Z', fresh: [duplicate] };
  const resolved = troubledReport.history?.resolved ?? [];
  expect(briefText(troubledReport, { ...change, resolved, notJudged: resolved })).toBe(`Grade F, score 75 of 100.
1 critical, 1 warning, 1 notice; 1 check could not be judged.

New:
✗ critical, DM001: pve-vm--169--disk--0-dup is a second entry of pve/vm-169-disk-0

Could not be judged:
? DM020: lvm fullreport: timed out after 10 s

Resolved:
▲ warning, DM011: pve-vm--121--disk--0 belongs to guest 121, which lives on node pve2

Stood then, could not be looked at now:
▲ warning, DM011: pve-vm--121--disk--0 belongs to guest 121, which lives on node pve2

Still there:
▲ warning, DM010: pve-vm--119--disk--0 is left from VMID 119, which no node has
· notice, LV001: pve/vm-119-disk-1 is inactive and no configuration refers to it
`);
});

it('calls nothing new in the first message, and puts the worst first', () => {
  const report = { ...troubledReport, findings: [orphan(119), duplicate] };
  const text = briefText(report, firstChange(report));
  expect(text).toContain('\nFound:\n✗ critical, DM001');
  expect(text).not.toContain('New');
});

it('says why there is no grade, and nothing of health', () => {
  const text = briefText(unknownReport, firstChange(unknownReport));
  expect(text).toContain('Grade ? (/etc/pve is not mounted).');
  expect(text).toContain('? DM010, DM012: /etc/pve is not mounted');
});

it('is two lines for a node on which nothing was found', () => {
  expect(briefText(healthyReport, firstChange(healthyReport)).split('\n')).toHaveLength(3);
});

it('counts what does not fit', () => {
  const text = briefText(largeReport, firstChange(largeReport));
  expect(bytesOf(text)).toBeLessThanOrEqual(MOST_BRIEF_BYTES);
  const shown = text.match(/^[✗▲·] (?:critical|warning|notice),/gm)?.length ?? 0;
  expect(text).toContain(`and ${largeReport.findings.length - shown} more`);
});
