import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import { clusterReport } from '../../src/engine/cluster-report.ts';
import { digestOfRecord } from '../../src/hub/cluster/record-digest.ts';
import { nodeState } from '../../src/hub/pages/page-parts.ts';
import type { NodeVerdict } from '../../src/model/cluster/node-record.ts';
import type { OverallStatus } from '../../src/model/report/report.ts';
import { renderClusterHtml } from '../../src/render/cluster/html.ts';
import {
  renderClusterCheckmk,
  renderClusterNagios,
  renderClusterPrometheus,
} from '../../src/render/cluster/plugins.ts';
import { renderClusterText } from '../../src/render/cluster/text.ts';
import { htmlText } from '../../src/render/markup.ts';
import { CAPTURES } from '../capture-files.ts';
import { acrossOf } from '../checks/cluster-examples.ts';
import { aRecord, RECORD_TIME } from '../data/node-records.ts';
import { silentTerminal } from '../docs/own-commands.ts';
import { clusterReportOf, clusterSituations } from '../goldens/cluster-goldens.ts';
import { NOW, nodeOf } from '../hub/pages/rows.ts';

const CLUSTER = join(CAPTURES, 'used-on-a-peer', 'capture.json');
const ALONE = join(CAPTURES, 'leftover-volumes', 'capture.json');

async function run(...args: readonly string[]) {
  const { terminal, out, err } = silentTerminal();
  const status = await runProgram(args, terminal);
  return { status, out: out(), err: err() };
}

describe('pve-doctor cluster on a capture', () => {
  it('shows every node, and ends as a check does', async () => {
    const { status, out } = await run('cluster', '--from', CLUSTER);
    expect(status).toBe(3);
    expect(out).toContain('2 of 3 nodes judged');
    expect(out).toMatch(/^pve2 +4 min /m);
    expect(out).toContain('not judged: its last record is 5 hours old');
    expect(out).toMatch(/Guest 602 \(deleted\) +left dead entries on 2 nodes/);
    expect(out).toContain('on pve1, pve2: pve-doctor clean --vmid 602');
  });

  it.each(['text', 'json', 'html', 'prometheus', 'nagios', 'checkmk'])('has the form %s', async (form) => {
    const { status, out } = await run('cluster', '--from', CLUSTER, '--format', form);
    expect(status).toBe(3);
    expect(out).toContain('pve3');
  });

  it('writes JSON that its schema describes', async () => {
    const schema = JSON.parse(readFileSync(new URL('../../docs/cluster.schema.json', import.meta.url), 'utf8'));
    const validate = new Ajv2020({ strict: true }).compile(schema);
    const { out } = await run('cluster', '--from', CLUSTER, '--format', 'json');
    validate(JSON.parse(out));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('is unknown where there is no cluster, for monitoring too', async () => {
    const { status, out, err } = await run('cluster', '--from', ALONE, '--format', 'nagios');
    expect(status).toBe(3);
    expect(out).toMatch(/^CLUSTER UNKNOWN - /);
    expect(err).toContain('there is no cluster to show');
  });

  it('is one HTML file of `report --cluster`', async () => {
    const { status, out } = await run('report', '--cluster', '--from', CLUSTER);
    expect(status).toBe(0);
    expect(out).toMatch(/^<!doctype html>/);
  });
});

describe('an ordinary check', () => {
  it('says that another node uses what no configuration names, and is not unknown for a silent peer', async () => {
    const { status, out } = await run('check', '--verbose', '--from', CLUSTER);
    expect(status).toBe(1);
    const text = out.replaceAll(/\s+/g, ' ');
    expect(text).toContain('no configuration names it, but it is open on pve2');
    expect(text).toContain('It is in use: find out what uses it on pve2.');
  });
});

describe('a cluster in which a node waits for a task', () => {
  const waiting = (unjudged: NonNullable<NodeVerdict['unjudged']>, status: OverallStatus = 'waiting') => {
    const { verdict, ...rest } = aRecord('pve2');
    const record = { ...rest, verdict: { ...{ problems: [], ...verdict, status, grade: '?', unjudged } } };
    const frame = { source: 'live', durationMs: 0, clusterName: 'lab' };
    return { record, report: clusterReport(acrossOf([aRecord('pve1'), record]), frame) };
  };
  const look = { width: 100, colour: false, verbose: false, quiet: false, runningFirst: false };
  const busy = { code: 'DM012', kind: 'busy', vmids: [200], because: 'guest 200: its configuration has lock: migrate' };
  const { record, report } = waiting([busy]);

  it('is neither healthy nor unknown on any screen', () => {
    expect(report).toMatchObject({ status: 'waiting', exitCode: 0 });
    expect(report.nodes[1]?.areas).toMatchObject({ entries: { state: 'waiting' }, mounts: { state: 'clean' } });
    const screens = [renderClusterText(report, look), renderClusterHtml(report), renderClusterNagios(report)];
    for (const screen of screens) {
      expect(screen).toContain('guest 200: its configuration has lock: migrate');
      expect(screen).not.toMatch(/✓ HEALTHY|>healthy<|UNKNOWN|not known|No problems on/);
    }
    expect(screens[0]).toContain('… WAITING');
    expect(screens[0]).toMatch(/pve2 .*… waiting/);
    expect(screens[2]).toMatch(/^CLUSTER OK - .*\nWAITING pve2 /s);
    expect(renderClusterPrometheus(report)).toContain('area{node="pve2",area="entries",state="waiting"} 1');
  });

  it('stands as such on the pages of the cluster', () => {
    const { status, areas } = digestOfRecord(record);
    expect({ status, entries: areas.entries.state }).toEqual({ status: 'waiting', entries: 'waiting' });
    const row = nodeOf('pve2', { status, unjudged: 0, critical: 0, warnings: 0, notices: 1 });
    expect(htmlText(nodeState(row, '2000-01-01T00:00:00.000Z', NOW))).toContain('waiting');
  });

  it('is as the last verdict where that stands, and unknown where more is open', () => {
    expect(waiting([{ ...busy, lastJudgedAt: RECORD_TIME }], 'healthy').report.status).toBe('healthy');
    expect(waiting([busy, { code: 'DM010', because: 'hidden' }], 'unknown').report.status).toBe('unknown');
  });

  it('leaves open what no check judged', () => {
    const of = { kind: 'device', id: 'san-vm--100--disk--0' };
    const { report: open } = waiting([{ code: '*', because: 'it may be another one', of }], 'unknown');
    expect(open.status).toBe('unknown');
    expect(open.nodes[1]?.areas).toMatchObject({ entries: { state: 'partly' }, mounts: { state: 'clean' } });
  });
});

describe.each(clusterSituations)('the forms of %s', (situation) => {
  const report = clusterReportOf(situation);
  const hostile = {
    ...report,
    nodes: report.nodes.map((node) => ({
      ...node,
      name: '<b>\u001b[31m"|;x\n',
      because: node.because && '</td>\u202e',
    })),
    problems: report.problems.map((problem) => ({ ...problem, who: '<script>\u0007', what: '`x`|$(y)\n' })),
  };
  const look = { width: 80, colour: false, verbose: true, quiet: false, runningFirst: false };

  it('fit the terminal', () => {
    const text = renderClusterText(report, { ...look, verbose: false });
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('let no name act on a terminal, a page or a monitor', () => {
    expect(renderClusterText(hostile, look)).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(renderClusterHtml(hostile)).not.toMatch(/<script|<b>\u001b|<\/td>\u202e/);
    expect(renderClusterNagios(hostile).replace(/ \| '.*/, '')).not.toMatch(/[|<>`$;]/);
    expect(renderClusterCheckmk(hostile).split('\n')).toHaveLength(2);
    expect(renderClusterPrometheus(hostile)).not.toMatch(/\u001b/);
  });
});
