import type { ReportHistory } from '../../src/model/report/report-history.ts';

/** What is known of earlier runs, for the tests of renderers. Test data only. */

export const oneResolved: ReportHistory = {
  previous: {
    ...{ id: 11, takenAt: '2026-11-19T02:00:04Z', status: 'warning', exitCode: 1, grade: 'B', score: 95 },
    ...{ critical: 0, warnings: 1, notices: 0 },
  },
  problems: [],
  resolved: [
    {
      ...{
        id: 'volume:pve/vm-121-disk-0',
        kind: 'volume',
        severity: 'warning',
        who: 'VM 121 (mail)',
        codes: ['DM011'],
      },
      what: 'is active here, and lives on node pve2',
      ...{ vmids: [121], findings: ['DM011/device/121/pve-vm--121--disk--0'] },
      since: '2026-11-17T02:00:04Z',
      lastSeen: '2026-11-19T02:00:04Z',
    },
  ],
  ...{ notJudged: [], trend: [], problem: '' },
};

/** A name wherever a name may stand. */
export const hostileHistory = (name: string): ReportHistory => ({
  ...{ previous: null, problems: [], notJudged: [], trend: [], problem: name },
  resolved: [
    {
      ...{ id: name, kind: 'device', severity: 'critical', who: name, what: name, codes: ['DM001'] },
      ...{
        vmids: [],
        findings: [`DM001/device//${name}`],
        since: '2026-11-17T02:00:04Z',
        lastSeen: '2026-11-19T02:00:04Z',
      },
    },
  ],
});
