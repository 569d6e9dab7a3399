import { describe, expect, it } from 'vitest';
import { changeSince, firstChange } from '../../../test/data/hostile-texts.ts';
import { HOSTILE, troubledReport, unknownReport } from '../../../test/data/sample-report.ts';
import { composeMessage, fileNameOf, testMessage } from './compose.ts';

const NAMES = { id: '6f1d2a52-6f0f-4e0a-9a0e-0f6f6a0c7c11', createdAt: '2026-11-21T02:00:13Z' };

describe('composeMessage', () => {
  it('gives the same message for the same report', () => {
    const made = () =>
      composeMessage({ ...NAMES, report: troubledReport, change: changeSince(troubledReport, 1), kind: 'digest' });
    expect(made()).toEqual(made());
  });

  it('carries id, time, kind and severity as they were given, and survives being kept as JSON', () => {
    const change = firstChange(unknownReport);
    const message = composeMessage({ ...NAMES, report: unknownReport, change, kind: 'report' });
    expect(message).toMatchObject({ ...NAMES, kind: 'report', node: 'pve1', severity: 'unknown' });
    expect(JSON.parse(JSON.stringify(message))).toEqual(message);
  });

  it('attaches the whole report, under the name of the node and the day', () => {
    const { attachments } = composeMessage({
      ...{ ...NAMES, report: troubledReport, change: firstChange(troubledReport), kind: 'report' },
    });
    expect(attachments.map(({ fileName }) => fileName)).toEqual(['pve-doctor-pve1-2026-11-20.html']);
    for (const { title } of troubledReport.findings) expect(attachments[0]?.content).toContain(title);
  });
});

describe('fileNameOf', () => {
  it.each([
    ['pve1', 'pve-doctor-pve1-2026-11-21.html'],
    ['../../etc/cron.d/x', 'pve-doctor-etc-cron-d-x-2026-11-21.html'],
    ['pve1\r\nContent-Type: x', 'pve-doctor-pve1-Content-Type-x-2026-11-21.html'],
    ['', 'pve-doctor-node-2026-11-21.html'],
    ['…', 'pve-doctor-node-2026-11-21.html'],
  ])('of node %j is %s', (node, name) => {
    expect(fileNameOf({ node, takenAt: '2026-11-21T02:00:00Z' }, 'html')).toBe(name);
  });

  it('is harmless whatever the node is called and the clock says', () => {
    expect(fileNameOf({ node: HOSTILE.repeat(20), takenAt: HOSTILE }, 'html')).toMatch(
      /^pve-doctor-[0-9A-Za-z][0-9A-Za-z-]{0,62}-undated\.html$/,
    );
  });
});

describe('testMessage', () => {
  it('says that it is a test, and nothing of the node', () => {
    const message = testMessage({ ...NAMES, node: 'pve1' });
    expect(message).toMatchObject({ kind: 'test', severity: 'unknown', attachments: [] });
    expect(message.subject).toBe('[TEST] pve1: a test message of pve-doctor');
    for (const text of [message.text, message.brief, message.html]) {
      expect(text.replaceAll('\n', ' ')).toContain('says nothing about the state of that node');
    }
  });

  it('is one harmless line whatever the node is called', () => {
    const { subject } = testMessage({ ...NAMES, node: HOSTILE });
    expect(subject).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });
});
