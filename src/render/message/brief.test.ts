import { expect, it } from 'vitest';
import { changeSince, firstChange } from '../../../test/data/hostile-texts.ts';
import { largeReport } from '../../../test/data/large-report.ts';
import { healthyReport, troubledReport, unknownReport } from '../../../test/data/sample-report.ts';
import type { Change } from '../../model/notify/message.ts';
import type { Report } from '../../model/report/report.ts';
import { briefText, MOST_BRIEF_BYTES } from './brief.ts';
import { bytesOf } from './clip.ts';
import { newsOf } from './news.ts';

const brief = (report: Report, change: Change = firstChange(report)): string =>
  briefText(newsOf(report, change, 'report'), report);

it('says what is new, what cannot be seen, what is gone and what still stands, in this order', () => {
  const resolved = troubledReport.history?.resolved ?? [];
  expect(brief(troubledReport, changeSince(troubledReport, 1, { resolved, notJudged: resolved }))).toBe(`New:
✗ VM 169 (production-database) has a second entry for its disk vm-169-disk-0: writes through both corrupt it

Cannot be seen now:
▲ VM 121 (mail) is active here, and lives on node pve2 (last seen 2026-11-19, not known to be resolved)

Could not be judged:
? lvm fullreport: timed out after 10 s (DM020)

Resolved:
✓ VM 121 (mail) is active here, and lives on node pve2 (warning since 2026-11-17)

Still there:
▲ Guest 119 (deleted) left vm-119-disk-0 active on this node
· Guest 119 (deleted) has an unused volume, vm-119-disk-1 (4 GiB)

Grade F: 1 critical problem; 1 check could not be judged.
`);
});

it('calls nothing new in the first message, and puts the worst first', () => {
  const report = { ...troubledReport, problems: troubledReport.problems.toReversed() };
  expect(brief(report)).toMatch(/^Found:\n✗ VM 169/);
  expect(brief(report)).not.toContain('New');
});

it('says why there is no grade, and nothing of health', () => {
  expect(brief(unknownReport)).toContain('No grade: /etc/pve is not mounted; 2 checks could not be judged.');
  expect(brief(unknownReport)).not.toContain('No problems');
});

it('is two lines for a node on which nothing was found', () => {
  expect(brief(healthyReport).split('\n')).toHaveLength(3);
});

it('counts what does not fit', () => {
  // Under names of their own none is folded with another.
  const problems = largeReport.problems.map((problem) => ({
    ...problem,
    codes: [],
    kind: 'volume' as const,
    severity: 'critical' as const,
  }));
  const report = { ...largeReport, problems };
  const text = brief(report);
  expect(bytesOf(text)).toBeLessThanOrEqual(MOST_BRIEF_BYTES);
  expect(text).toContain('✗ 300 problems');
  const few = brief({
    ...report,
    problems: problems.map((problem, at) => ({ ...problem, codes: [`DM${100 + at}` as const] })),
  });
  const shown = few.match(/^✗ /gm)?.length ?? 0;
  expect(shown).toBeGreaterThan(5);
  expect(few).toContain(`and ${300 - shown} more`);
});
