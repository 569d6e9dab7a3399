import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/checks/index.ts';
import { lookAtNode } from '../../src/engine/check-node.ts';
import { examine } from '../../src/engine/examine.ts';
import { EVERYTHING } from '../../src/engine/narrowing.ts';
import { recorded } from '../../src/engine/own-record.ts';
import { drawStack } from '../../src/engine/stack-report.ts';
import { memoryHost } from '../../src/host/memory-host.ts';
import { sectionsOf } from '../../src/model/derived.ts';
import { SEVERITIES, type Severity } from '../../src/model/finding.ts';
import type { StackReport } from '../../src/model/layers/stack-report.ts';
import { knownOrNull } from '../../src/model/reading.ts';
import { countProblems } from '../../src/model/report/grade.ts';
import type { Problem } from '../../src/model/report/problem.ts';
import type { Report } from '../../src/model/report/report.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { clusterProblems } from '../../src/problems/cluster-problems.ts';
import { renderCheckmk } from '../../src/render/checkmk.ts';
import { renderHtml } from '../../src/render/html/html.ts';
import { renderNagios } from '../../src/render/nagios.ts';
import { renderPrometheus } from '../../src/render/prometheus.ts';
import { MARKS, mark } from '../../src/render/severity-mark.ts';
import { renderText } from '../../src/render/text.ts';
import { readCapture, situations } from '../capture-files.ts';

const FRAME = { source: 'capture', durationMs: 0 };
const WIDE = { width: 4000, colour: false, verbose: false, quiet: false, runningFirst: false } as const;

const worst = (problems: readonly Pick<Problem, 'severity'>[]): Severity | undefined =>
  SEVERITIES.find((severity) => problems.some((problem) => problem.severity === severity));

const isOf =
  (vmid: number) =>
  ({ guests }: Problem): boolean =>
    guests.some((guest) => guest.vmid === vmid);

/** Every number that a configuration or a problem has. */
function numbersIn(snapshot: Snapshot, { problems }: Report): readonly number[] {
  const configs = knownOrNull(sectionsOf(snapshot).guests)?.configs ?? [];
  return [...new Set([...configs, ...problems.flatMap(({ guests }) => guests)].map(({ vmid }) => vmid))];
}

/** What a reader compares: which, how bad, and in which words. */
const said = (problems: readonly Problem[]): readonly string[] =>
  problems.map(({ id, severity, who, what }) => `${severity} ${id}: ${who} ${what}`);

function stackOf(snapshot: Snapshot, word: string): StackReport | null {
  const answer = drawStack(snapshot, word, FRAME);
  return 'report' in answer ? answer.report : null;
}

describe.each(situations)('in %s no view is milder or harsher than another', (situation) => {
  const look = (vmid: number | null = null) =>
    lookAtNode(memoryHost(readCapture(situation)), 'capture', { ...EVERYTHING, vmid });
  const whole = look();

  it('the stack of each guest', async () => {
    const { snapshot, report } = await whole;
    const unread = sectionsOf(snapshot).layers.state !== 'known';
    for (const vmid of numbersIn(snapshot, report)) {
      const own = report.problems.filter(isOf(vmid));
      const stack = stackOf(snapshot, String(vmid));
      if (unread) {
        expect(stack, `guest ${vmid}`).toBeNull();
        continue;
      }
      // Of a guest of another node, and of what is left of one, it also shows what lies beneath.
      const isHere = ['running', 'stopped', 'template', 'unknown'].includes(stack?.guest?.state ?? '');
      const shown = stack?.problems ?? [];
      expect(said(isHere ? shown : shown.filter(isOf(vmid))), `guest ${vmid}`).toEqual(said(own));
      const { critical } = countProblems(shown);
      expect(stack?.status === 'critical', `guest ${vmid}`).toBe(critical > 0);
      if (worst(shown) === 'warning') expect(['warning', 'unknown'], `guest ${vmid}`).toContain(stack?.status);
      for (const { tone, id } of stack?.layers ?? [])
        if (tone !== 'unknown' && tone !== 'healthy')
          expect(SEVERITIES.indexOf(tone), id).toBeGreaterThanOrEqual(SEVERITIES.indexOf(worst(shown) ?? 'notice'));
    }
  });

  it('the check of one guest', async () => {
    const { snapshot, report } = await whole;
    const [vmid] = numbersIn(snapshot, report);
    if (vmid === undefined) return;
    const narrow = await look(vmid);
    const open = new Set(report.findings.filter(({ guestsKnown }) => !guestsKnown).map(({ code }) => code));
    const isOpen = ({ codes }: Problem) => codes.some((code) => open.has(code));
    expect(said(narrow.report.problems.filter((one) => !isOpen(one)))).toEqual(
      said(report.problems.filter((one) => isOf(vmid)(one) && !isOpen(one))),
    );
  });

  it('each finding has a harm that its check declares', async () => {
    const { snapshot } = await whole;
    const rows = new Map<string, readonly string[]>(CHECKS.map(({ code, harms }) => [code, Object.keys(harms)]));
    for (const { code, harm } of examine(snapshot, CHECKS).diagnoses) expect(rows.get(code), code).toContain(harm);
  });

  it('the screen, the whole text, the page and the record that other nodes read', async () => {
    const { report } = await whole;
    const { problems, status } = report;
    const verbose = renderText(report, { ...WIDE, verbose: true });
    const page = renderHtml(report);
    const ids = [...page.matchAll(/data-s="(\w+)"/g)].map(([, severity]) => severity);
    expect(ids.toSorted()).toEqual(problems.map(({ severity }) => severity).toSorted());
    expect(renderText(report, WIDE)).toContain(mark(status));
    const titles = [...verbose.matchAll(/^(\S) (?:CRITICAL|WARNING|NOTICE) {2}/gm)].map(([, symbol]) => symbol);
    expect(titles).toEqual(problems.map(({ severity }) => MARKS[severity].symbol));
    const cluster = clusterProblems([{ node: 'pve1', problems: problems.map(recorded) }], [], [], null);
    expect(worst(cluster)).toBe(worst(problems));
  });

  it('what monitoring reads', async () => {
    const { report } = await whole;
    const { critical, warnings, notices } = report.summary;
    expect(renderNagios(report)).toContain(`'critical'=${critical};`);
    expect(renderNagios(report)).toContain(`'warnings'=${warnings};`);
    expect(renderPrometheus(report)).toContain(`pve_doctor_status{status="${report.status}"} 1`);
    expect(countProblems(report.problems)).toEqual({ critical, warnings, notices });
    expect(renderCheckmk(report)).toMatch(/^[0-3] /m);
  });
});
