import { describe, expect, it } from 'vitest';
import { readCapture, reportOf } from '../capture-files.ts';
import { failCommands } from './damage.ts';

/** Fields of a node that is healthy when everything can be read. */
const SITUATION = 'healthy-mixed-node';

describe('a command that fails', () => {
  const cases = failCommands(readCapture(SITUATION));

  it.each(cases.map(({ what, capture }) => [what, capture] as const))('%s', async (_, capture) => {
    const report = await reportOf(capture);
    // Not installed is an answer: there is no LVM. Everything else is a gap that the report must name.
    const unseen = report.sections.filter(({ state }) => state !== 'known');
    expect(unseen.length).toBeGreaterThan(0);
    expect(report.notSeen.length).toBeGreaterThan(0);
    for (const { because } of unseen) expect(because).not.toBe('');
    if (unseen.some(({ state }) => state === 'unreadable')) {
      expect(report.exitCode).toBe(3);
      expect(report.status).toBe('unknown');
    }
    const blind = report.sections.some(({ name, state }) => name === 'deviceMapper' && state !== 'known');
    if (blind) expect(report).toMatchObject({ grade: '?', score: null });
  });
});
