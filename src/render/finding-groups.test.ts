import { describe, expect, it } from 'vitest';
import { duplicate, orphan } from '../../test/data/sample-report.ts';
import { firstOf, groupFindings } from './finding-groups.ts';

describe('groupFindings', () => {
  it('puts findings with one cause together and keeps other causes apart', () => {
    const other = { ...orphan(3), impact: 'Another reason.' };
    const [bucket] = groupFindings([orphan(1), other, orphan(2)]);
    expect(bucket?.groups.map((group) => group.findings.map((finding) => finding.vmid))).toEqual([[1, 2], [3]]);
  });

  it('does not take another number for another cause, and says once only what is the same for all', () => {
    const numbered = (vmid: number) => ({ ...orphan(vmid), impact: `PVE gives VMID ${vmid} to a new guest.` });
    const [bucket] = groupFindings([numbered(1), numbered(22)]);
    expect(bucket?.groups).toMatchObject([{ impact: null, remedy: orphan(1).remedy.text, total: 2 }]);
  });

  it('keeps one code of two severities apart, critical first', () => {
    const buckets = groupFindings([orphan(1), duplicate, { ...orphan(2), severity: 'critical' }]);
    expect(buckets.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      'DM001 critical',
      'DM010 critical',
      'DM010 warning',
    ]);
  });

  it('takes the first of a bucket across its groups', () => {
    const other = { ...orphan(9), impact: 'Another reason.' };
    const [bucket] = groupFindings([orphan(1), orphan(2), other]);
    const vmids = (limit: number) =>
      bucket && firstOf(bucket, limit).map((group) => group.findings.map((finding) => finding.vmid));
    expect(vmids(1)).toEqual([[1]]);
    expect(vmids(3)).toEqual([[1, 2], [9]]);
  });
});
