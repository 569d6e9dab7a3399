import { describe, expect, it } from 'vitest';
import type { Capture } from '../../src/model/capture.ts';
import { decodeText } from '../../src/model/capture.ts';
import { fateIn } from '../../src/model/past-findings.ts';
import type { Report } from '../../src/model/report.ts';
import { findingKey } from '../../src/model/report-history.ts';
import { renderJson } from '../../src/render/json.ts';
import { renderText } from '../../src/render/text.ts';
import { readCapture, reportOf, situations } from '../capture-files.ts';
import { cutCommands, type Damaged, failCommands, hidePaths } from './damage.ts';

/** NODE001 and NODE002 say that something could not be read; they accuse no device. */
const accusations = (report: Report): readonly string[] =>
  report.findings.filter(({ code }) => !code.startsWith('NODE')).map(({ code, subject }) => `${code} ${subject.id}`);

const removable = (report: Report): readonly string[] =>
  report.findings.filter(({ repair }) => repair.offered).map(({ code, subject }) => `${code} ${subject.id}`);

/** VMIDs of which it is said that nothing is in their way. */
const clear = ({ nextVmids }: Report): readonly string[] =>
  nextVmids.filter(({ leftovers }) => leftovers.length === 0).map(({ vmid }) => `${vmid}`);

/** Findings that would count as resolved in the damaged report, although nothing was repaired. */
function resolvedBy(report: Report, whole: Report, what: string): readonly string[] {
  const now = new Set(report.findings.map(findingKey));
  const fate = fateIn(report);
  return whole.findings
    .filter((finding) => !now.has(findingKey(finding)) && !CONTENT[finding.code]?.test(what))
    .map((finding) => ({ ...finding, key: findingKey(finding), since: '', lastSeen: '' }))
    .filter((finding) => fate(finding) === 'resolved')
    .map(({ key }) => key);
}

/** Damage that these checks cannot tell from a node on which it is so. */
const CONTENT: Partial<Record<string, RegExp>> = {
  CT003: /^probes read .*\/etc\/fstab \{"stdout"/,
  MNT006: /^probes read .*\/cmdline \{"stdout"/,
};

const surplus = (now: readonly string[], before: readonly string[]) => {
  const known = new Set(before);
  return now.filter((item) => !known.has(item));
};

async function newAccusations(whole: Report, damaged: readonly Damaged[]): Promise<readonly string[]> {
  const complaints: string[] = [];
  for (const { what, capture } of damaged) {
    const report = await reportOf(capture);
    const accused = surplus(accusations(report), accusations(whole));
    const offered = surplus(removable(report), removable(whole));
    if (accused.length > 0) complaints.push(`${what} accuses ${accused.join(', ')}`);
    const resolved = resolvedBy(report, whole, what);
    if (resolved.length > 0) complaints.push(`${what} resolves ${resolved.join(', ')}`);
    const cleared = surplus(clear(report), clear(whole));
    if (cleared.length > 0) complaints.push(`${what} clears the way of ${cleared.join(', ')}`);
    if (offered.length > 0) complaints.push(`${what} makes removable ${offered.join(', ')}`);
  }
  return complaints;
}

describe.each(situations)('in %s', (situation) => {
  const capture = readCapture(situation);

  it('hiding any path accuses nothing, resolves nothing, clears no VMID and makes nothing removable', async () => {
    expect(await newAccusations(await reportOf(capture), hidePaths(capture))).toEqual([]);
  });

  it('a failing command accuses nothing, resolves nothing, clears no VMID and makes nothing removable', async () => {
    expect(await newAccusations(await reportOf(capture), failCommands(capture))).toEqual([]);
  });

  it('ending a command early accuses nothing, resolves nothing, clears no VMID and makes nothing removable', async () => {
    expect(await newAccusations(await reportOf(capture), cutCommands(capture, 12))).toEqual([]);
  });

  it('the order of devices does not change the report', async () => {
    expect(await reportOf(reversed(capture))).toEqual(await reportOf(capture));
  });

  it('no two findings are the same one', async () => {
    const keys = (await reportOf(capture)).findings.map(findingKey);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });

  it('no renderer emits a raw control character', async () => {
    const report = await reportOf(capture);
    const text = renderText(report, { width: 80, colour: false, verbose: true, quiet: false, runningFirst: false });
    for (const output of [text, renderJson(report)]) expect(output).not.toMatch(/[\0-\t\v-\x1f\x7f-\x9f]/);
  });
});

/** The same node with the lines of dmsetup's outputs backwards (segments of one device keep their order). */
function reversed(capture: Capture): Capture {
  const commands = { ...capture.commands };
  for (const name of ['dmsetup-info', 'dmsetup-table']) {
    const run = commands[name];
    if (run === undefined || 'length' in run || run.stdout === undefined) continue;
    const lines = decodeText(run.stdout).split('\n').slice(0, -1);
    const deviceOf = (line: string) => (name === 'dmsetup-table' ? line.split(': ')[0] : line);
    const groups = Map.groupBy(lines, deviceOf);
    commands[name] = { ...run, stdout: [...groups.values()].reverse().flat() };
  }
  return { ...capture, commands };
}
