import { afterAll, describe, expect, it } from 'vitest';
import { troubledReport } from '../../test/data/sample-report.ts';
import { anEnrolledNode } from '../../test/node-to-hub/an-enrolled-node.ts';
import { standInHub } from '../../test/node-to-hub/stand-in-hub.ts';
import { removeScratch } from '../../test/store/scratch.ts';
import { readConfig } from '../config/load-config.ts';
import { writeAcknowledgements } from '../store/acknowledgements.ts';
import { withKnown } from './past-runs.ts';
import type { Terminal } from './terminal.ts';

afterAll(removeScratch);

const [problem] = troubledReport.problems;
if (problem === undefined) throw new Error('the sample has no problem');

const WORD = {
  ...{ id: problem.id, severity: problem.severity, reason: 'moved on Monday', until: null },
  at: '2026-01-01T00:00:00.000Z',
};

/** The report as a node shows it whose hub answered that its last look. */
async function shownAfter(acknowledgements: readonly object[], ownWord: string | null = null) {
  const hub = await standInHub();
  const node = await anEnrolledNode(hub.url);
  hub.acknowledgements = acknowledgements;
  await node.look('a');
  await node.tell();
  await hub.close();
  if (ownWord !== null) await writeAcknowledgements(node.path, [{ ...WORD, by: 'root', at: ownWord }]);
  const absent = async () => ({ state: 'absent' }) as const;
  const loaded = await readConfig({
    file: null,
    environment: { PVE_DOCTOR_HISTORY_PATH: node.path },
    flags: { set: [], named: new Map() },
    host: { readSmallFile: absent, ownUid: () => 0 },
  });
  const warned: string[] = [];
  const terminal: Terminal = {
    ...{ env: {}, isRoot: true },
    stdout: { isTty: false, columns: 100, write: async () => undefined },
    stderr: { write: async (text) => void warned.push(text) },
  };
  return { report: await withKnown(troubledReport, loaded, terminal), warned };
}

describe('what a hub acknowledged', () => {
  it('counts on the node as what was said there', async () => {
    const { report, warned } = await shownAfter([{ ...WORD, by: 'anna' }]);
    expect(report.problems[0]).toEqual({
      ...problem,
      acknowledged: { by: 'anna (hub)', reason: WORD.reason, at: WORD.at, until: null },
    });
    expect(report.problems.slice(1)).toEqual(troubledReport.problems.slice(1));
    expect(warned).toEqual([]);
  });

  it('changes nothing but that', async () => {
    const { report } = await shownAfter([
      {
        ...WORD,
        by: 'anna',
        status: 'healthy',
        exitCode: 0,
        findings: [],
        config: { notify: { otherwise: 'nobody' } },
      },
    ]);
    const { findings, entries, checks, mounts, leftovers } = troubledReport;
    expect(report).toMatchObject({ findings, entries, checks, mounts, leftovers });
  });

  it('holds no longer when the problem got worse, and yields to a newer word of the node', async () => {
    if (problem.severity !== 'notice') {
      const { report } = await shownAfter([{ ...WORD, severity: 'notice', by: 'anna' }]);
      expect(report.problems[0]?.acknowledged).toBeNull();
    }
    const { report } = await shownAfter([{ ...WORD, by: 'anna' }], '2026-01-02T00:00:00.000Z');
    expect(report.problems[0]?.acknowledged?.by).toBe('root');
  });

  it('of another problem hides nothing', async () => {
    const { report } = await shownAfter([{ ...WORD, id: `${WORD.id}x`, by: 'anna' }]);
    expect(report).toEqual(troubledReport);
  });
});
