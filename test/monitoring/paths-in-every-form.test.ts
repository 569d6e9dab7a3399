import { describe, expect, it } from 'vitest';
import type { ReportedFinding } from '../../src/model/finding.ts';
import type { Report } from '../../src/model/report/report.ts';
import { renderCheckmk } from '../../src/render/checkmk.ts';
import { whoNow } from '../../src/render/guest-words.ts';
import { renderHtml } from '../../src/render/html/html.ts';
import { textsOf } from '../../src/render/message/compose.ts';
import { renderNagios } from '../../src/render/nagios.ts';
import { pluginText } from '../../src/render/plugin-summary.ts';
import { renderPrometheus } from '../../src/render/prometheus.ts';
import { goldenReports } from '../data/golden-reports.ts';
import { firstChange } from '../data/hostile-texts.ts';
import { readExposition } from './exposition.ts';
import { readLocalCheck } from './local-check.ts';

/** One report for each way in which what lies beneath fails: paths, sessions, LUNs, targets, DRBD. */
const SITUATIONS = [
  'paths-of-a-map-no-path-and-queueing',
  'paths-iscsi-one-portal-silent',
  'paths-wrong-other-lun',
  'paths-targets-failing',
];

const BENEATH = /^(?:PATH0|LV01|DM03)/;

const reportOf = (situation: string): Report => {
  const report = goldenReports[situation];
  if (report === undefined) throw new Error(`no capture ${situation}`);
  return report;
};

const found = (situation: string): readonly ReportedFinding[] =>
  reportOf(situation).findings.filter(({ code }) => BENEATH.test(code));

const plain = (html: string): string => html.replace(/<[^>]*>/g, '').replaceAll('&#39;', "'");

describe.each(SITUATIONS)('what %s found beneath', (situation) => {
  const report = reportOf(situation);
  const told = found(situation).filter(({ severity }) => severity !== 'notice');

  it('is something', () => {
    expect(told.length).toBeGreaterThan(0);
  });

  it('is counted for Prometheus by its code and severity', () => {
    const series = readExposition(renderPrometheus(report)).flatMap((metric) => metric.series);
    for (const { code, severity } of told) {
      const { value } = series.find(
        ({ name, labels }) =>
          name === 'pve_doctor_findings' && labels['code'] === code && labels['severity'] === severity,
      ) ?? { value: 0 };
      expect(value).toBe(told.filter((one) => one.code === code && one.severity === severity).length);
    }
  });

  it('is named to Nagios and Checkmk', () => {
    const nagios = renderNagios(report);
    const storage = readLocalCheck(renderCheckmk(report)).find(({ service }) => service === 'PVE-Doctor storage');
    const problems = report.problems.filter(({ codes }) => told.some(({ code }) => codes.includes(code)));
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems.filter(({ severity }) => severity !== 'notice')) {
      const words = pluginText(`${problem.codes.join(' ')}: ${whoNow(problem)} ${problem.what}`).slice(0, 250);
      expect(nagios).toContain(words);
      expect(storage?.lines.join('\n')).toContain(words);
    }
  });

  it('stands in the page with what lies above, and in the mail', () => {
    const page = plain(renderHtml(report));
    for (const { title, evidence } of told)
      for (const words of [title, ...evidence.map(({ fact }) => fact).filter((fact) => fact.startsWith('above it'))])
        expect(page).toContain(words);
    const names = { id: 'id', createdAt: report.takenAt, node: 'pve1' };
    const { text } = textsOf({ ...names, report, change: firstChange(report), kind: 'report' });
    for (const { code } of told) expect(text).toContain(code);
  });
});
