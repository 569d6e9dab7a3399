import { describe, expect, it } from 'vitest';
import type { Capture } from '../../src/model/capture.ts';
import { decodeText } from '../../src/model/capture.ts';
import { findingKey } from '../../src/model/report/report-history.ts';
import { readCapture, reportOf, situations } from '../capture-files.ts';

describe.each(situations)('in %s', (situation) => {
  const capture = readCapture(situation);
  const report = reportOf(capture);

  it('the order of devices does not change the report', async () => {
    expect(await reportOf(reversed(capture))).toEqual(await report);
  });

  it('no two findings are the same one', async () => {
    const keys = (await report).findings.map(findingKey);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
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
