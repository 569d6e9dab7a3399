import { describe, expect, it } from 'vitest';
import { renderPrometheus } from '../../src/render/prometheus.ts';
import { METRICS } from '../../src/render/prometheus-metrics.ts';
import { read } from '../repo/repository.ts';
import { KNOWN_REPORTS } from './any-report.ts';
import { readExposition } from './exposition.ts';
import { dashboard, matchedValues, panelQueries, queryProblems, RULES, ruleQueries } from './queries.ts';

const series = Object.values(KNOWN_REPORTS).flatMap((report) =>
  readExposition(renderPrometheus(report)).flatMap((family) => family.series),
);
const values = new Set(
  series.flatMap(({ name, labels }) => Object.entries(labels).map(([label, value]) => `${name} ${label} ${value}`)),
);

const queries = [...panelQueries(), ...ruleQueries()];

describe('the queries of the dashboard and of the alert rules', () => {
  it('are all read', () => {
    expect(panelQueries().length).toBeGreaterThan(20);
    expect(ruleQueries().map(({ where }) => where)).toEqual(
      [...read(RULES).matchAll(/- (alert: \w+)/g)].map(([, alert = '']) => alert.replace(':', '')),
    );
    expect(ruleQueries().every(({ expr }) => expr.includes('pve_doctor_'))).toBe(true);
  });

  it('name metrics and labels of the table only', () => {
    expect(queries.flatMap(queryProblems)).toEqual([]);
  });

  it('select values that occur', () => {
    const asked = queries.flatMap(matchedValues);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter(([name, label, value]) => !values.has(`${name} ${label} ${value}`))).toEqual([]);
  });

  it('would be complained of with a wrong metric, a wrong label, or a label that is summed away', () => {
    const problems = (expr: string, ...named: readonly string[]) => queryProblems({ where: 'x', expr, named });
    expect(problems('pve_doctor_findigs > 0')).toEqual(['x: no metric pve_doctor_findigs']);
    expect(problems('pve_doctor_findings{sev="critical"}')).toEqual(['x: pve_doctor_findings has no label sev']);
    expect(problems('sum by (instance) (pve_doctor_findings)', 'code')).toEqual(['x: code is not in the result']);
    expect(problems('sum by (vmid) (pve_doctor_score)')).toEqual(['x: nothing has a label vmid']);
    expect(problems('up')).toEqual(['x: no metric in up']);
  });
});

describe('the alert rules', () => {
  const rules = read(RULES)
    .split(/^ {6}- alert: /m)
    .slice(1);

  it('wait before they page, and page for a mount in one rule only', () => {
    expect(rules.filter((rule) => !/^ {8}for: \d+[mh]$/m.test(rule))).toEqual([]);
    const findings = rules.join('').match(/pve_doctor_findings\{[^}]*\}/g) ?? [];
    expect(findings).toHaveLength(4);
    for (const selector of findings) expect(selector).toContain('code!~"(MNT|CT)00[15]"');
  });

  it('know no limit of their own', () => {
    expect(rules.filter((rule) => /_ratio\s*>=?\s*[\d.]/.test(rule))).toEqual([]);
  });
});

describe('the table of metrics', () => {
  it('has no metric that no report ever shows', () => {
    const shown = new Set(series.map(({ name }) => name));
    expect(METRICS.filter(({ name }) => !shown.has(name))).toEqual([]);
  });

  it('stands in docs/monitoring.md, word for word', () => {
    const rows = [...read('docs/monitoring.md').matchAll(/^\| `(pve_doctor_\w+)` \| (.*?) \| (.*?) \| (.*) \|$/gm)].map(
      ([, name, unit, labels, help]) => ({ name, unit, labels, help }),
    );
    const quoted = (labels: readonly string[]) => labels.map((label) => `\`${label}\``).join(', ');
    expect(rows).toEqual(METRICS.map(({ name, unit, labels, help }) => ({ name, unit, labels: quoted(labels), help })));
  });

  it('names its units as Prometheus asks: in the name, in base units', () => {
    for (const { name, unit } of METRICS) {
      if (unit !== '') expect(name).toMatch(new RegExp(`_${unit}$`));
      expect(name).not.toMatch(/_(?:total|count|sum|bucket|percent|ms|milliseconds|kb|mb|gb)$/);
    }
  });
});

describe('the dashboard', () => {
  const { panels, templating, schemaVersion, uid, title, time } = dashboard();

  it('has what Grafana asks of a dashboard', () => {
    expect(schemaVersion).toBeGreaterThanOrEqual(36);
    expect(uid).toMatch(/^[a-zA-Z0-9_-]{1,40}$/);
    expect(title).not.toBe('');
    expect(time).toEqual({ from: 'now-7d', to: 'now' });
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map((panel) => panel.title)).size).toBe(panels.length);
  });

  it('asks the chosen data source, for the chosen nodes, and no other', () => {
    expect(templating.list.map(({ name, type }) => [name, type])).toEqual([
      ['datasource', 'datasource'],
      ['instance', 'query'],
    ]);
    for (const { type, datasource, targets = [] } of panels) {
      if (type === 'row') continue;
      expect(datasource?.uid).toBe(`\${datasource}`);
      expect(targets.length).toBeGreaterThan(0);
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
      for (const target of targets) {
        expect(target.datasource.uid).toBe(`\${datasource}`);
        expect(target.expr).toContain('instance=~"$instance"');
      }
    }
  });

  it('lays its panels out on 24 columns, none over another', () => {
    const taken = new Set<string>();
    for (const { gridPos } of panels) {
      const { x, y, w, h } = gridPos;
      expect(x + w).toBeLessThanOrEqual(24);
      for (let at = 0; at < w * h; at += 1) {
        const cell = `${x + (at % w)},${y + Math.floor(at / w)}`;
        expect(taken.has(cell)).toBe(false);
        taken.add(cell);
      }
    }
  });
});
