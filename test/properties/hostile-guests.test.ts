import { describe, expect, it } from 'vitest';
import type { ReportedFinding } from '../../src/model/finding.ts';
import type { Report } from '../../src/model/report/report.ts';
import { readCapture, reportOf, situations } from '../capture-files.ts';
import { someOf } from '../sample.ts';
import { hostileContainer, hostileDisk, hostileTexts, hostileUser } from './hostile-guests.ts';

const named = ({ code, subject }: ReportedFinding): string => `${code} ${subject.kind} ${subject.id}`;

const removable = ({ findings }: Report): readonly string[] =>
  findings.filter(({ repair }) => repair.offered).map(named);

/** What a container may say is of its own mounts and of processes that wait for one. */
const isOfContainers = ({ code }: ReportedFinding): boolean => code.startsWith('CT') || code === 'MNT006';

const ofNode = ({ findings }: Report): readonly string[] =>
  findings.filter((finding) => !isOfContainers(finding)).map(named);

describe.each(someOf(situations, 8))('in %s', (situation) => {
  const capture = readCapture(situation);

  it('root in a container makes nothing removable, and neither adds nor hides a finding of the node', async () => {
    const whole = await reportOf(capture);
    for (const text of hostileTexts(capture)) {
      const report = await reportOf(hostileContainer(capture, text));
      expect(whole.findings.map(named)).toEqual(expect.arrayContaining([...ofNode(report)]));
      expect(ofNode(report)).toEqual(ofNode(whole));
      expect(removable(whole)).toEqual(expect.arrayContaining([...removable(report)]));
    }
  });

  it('what is written into a description makes nothing removable and accuses nobody', async () => {
    const whole = await reportOf(capture);
    for (const text of hostileTexts(capture)) {
      const report = await reportOf(hostileUser(capture, text));
      expect(removable(whole)).toEqual(expect.arrayContaining([...removable(report)]));
      expect(whole.findings.map(named)).toEqual(expect.arrayContaining([...report.findings.map(named)]));
    }
  });

  it('volume groups on the disk of a VM make nothing of the node removable', async () => {
    const whole = await reportOf(capture);
    for (const text of hostileTexts(capture)) {
      const report = await reportOf(hostileDisk(capture, text));
      expect(removable(whole)).toEqual(expect.arrayContaining([...removable(report)]));
    }
  });
});
