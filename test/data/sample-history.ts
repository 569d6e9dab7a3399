import type { ReportHistory } from '../../src/model/report/report-history.ts';

/** What is known of earlier runs, for the tests of renderers. Test data only. */

export const oneResolved: ReportHistory = {
  previous: {
    ...{ id: 11, takenAt: '2026-11-19T02:00:04Z', status: 'warning', exitCode: 1, grade: 'B', score: 95 },
    ...{ critical: 0, warnings: 1, notices: 0 },
  },
  findings: [],
  resolved: [
    {
      key: 'DM011/device/121/pve-vm--121--disk--0',
      code: 'DM011',
      severity: 'warning',
      subject: { kind: 'device', id: 'pve-vm--121--disk--0' },
      title: 'pve-vm--121--disk--0 belongs to guest 121, which lives on node pve2',
      vmid: 121,
      since: '2026-11-17T02:00:04Z',
      lastSeen: '2026-11-19T02:00:04Z',
    },
  ],
  ...{ notJudged: [], trend: [], problem: '' },
};

/** A name wherever a name may stand. */
export const hostileHistory = (name: string): ReportHistory => ({
  ...{ previous: null, findings: [], notJudged: [], trend: [], problem: name },
  resolved: [
    {
      ...{ key: name, code: 'DM001', severity: 'critical', subject: { kind: 'device', id: name }, title: name },
      ...{ vmid: null, since: '2026-11-17T02:00:04Z', lastSeen: '2026-11-19T02:00:04Z' },
    },
  ],
});
