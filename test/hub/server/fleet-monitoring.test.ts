import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** Names of families as the hub writes them (src/hub/server/metrics.ts). */
const written = new Set(
  [...read('src/hub/server/metrics.ts').matchAll(/family\(\s*'([a-z_]+)'/g)].map(([, name]) => name),
);

describe('the files for Prometheus and Grafana', () => {
  it.each(['packaging/hub/prometheus/pve-doctor-hub.rules.yml', 'packaging/hub/grafana/pve-doctor-hub.json'])(
    '%s asks only for what a hub has',
    (path) => {
      const asked = [...read(path).matchAll(/pve_doctor_hub_([a-z_]+)/g)].map(([, name]) => name);
      expect(asked.length).toBeGreaterThan(2);
      expect(asked.filter((name) => !written.has(name))).toEqual([]);
    },
  );

  it('the dashboard is whole: each panel has a question and a place of its own', () => {
    const { panels } = JSON.parse(read('packaging/hub/grafana/pve-doctor-hub.json')) as {
      panels: { id: number; targets: { expr: string }[] }[];
    };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(panels.every(({ targets }) => targets.length > 0 && targets.every(({ expr }) => expr !== ''))).toBe(true);
  });
});
