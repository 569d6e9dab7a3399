import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { renderPrometheus } from '../../../src/render/prometheus.ts';
import { ROOT } from '../../repo/repository.ts';
import type { Case } from '../../run-cases.ts';
import { anyReport, KNOWN_REPORTS } from '../any-report.ts';
import { panelQueries, RULES } from '../queries.ts';
import { PROGRAMS, run } from './programs.ts';

const FLEET_RULES = 'packaging/hub/prometheus/pve-doctor-hub.rules.yml';

/** Parses the exposition as Prometheus does, and lints names, types and help. */
const checkMetrics = (text: string): void => {
  const said = run(PROGRAMS.promtool, ['check', 'metrics'], { input: text });
  if (said.trim() !== '') throw new Error(said);
};

export const PROMTOOL: readonly Case[] = [
  {
    name: `promtool check metrics: every report of this repository (${Object.keys(KNOWN_REPORTS).length})`,
    run: () => {
      for (const report of Object.values(KNOWN_REPORTS)) checkMetrics(renderPrometheus(report));
    },
  },
  {
    name: 'promtool check metrics: 200 reports with hostile names',
    run: () => {
      for (const report of fc.sample(anyReport, { numRuns: 200, seed: 1 })) checkMetrics(renderPrometheus(report));
    },
  },
  ...[RULES, FLEET_RULES].flatMap((rules): readonly Case[] => [
    {
      name: `promtool check rules: ${rules}`,
      run: () => void run(PROGRAMS.promtool, ['check', 'rules', join(ROOT, rules)]),
    },
    {
      name: `promtool test rules: ${rules}`,
      run: () => void run(PROGRAMS.promtool, ['test', 'rules', join(ROOT, rules.replace('.yml', '.test.yml'))]),
    },
  ]),
  {
    name: 'promtool check rules: the queries of the dashboard are PromQL',
    run: () => {
      const scratch = mkdtempSync(join(tmpdir(), 'pve-doctor-promtool-'));
      const rules = panelQueries().map(({ expr }, at) => ({ record: `panel:${at}`, expr }));
      // JSON is YAML.
      writeFileSync(join(scratch, 'rules.yml'), JSON.stringify({ groups: [{ name: 'panels', rules }] }));
      try {
        run(PROGRAMS.promtool, ['check', 'rules', join(scratch, 'rules.yml')]);
      } finally {
        rmSync(scratch, { recursive: true });
      }
    },
  },
];
