import { describe, expect, it } from 'vitest';
import { checkNode } from '../../../src/engine/check-node.ts';
import { EVERYTHING } from '../../../src/engine/narrowing.ts';
import { memoryHost } from '../../../src/host/memory-host.ts';
import { parseCapture } from '../../../src/parse/capture.ts';
import { type Amounts, localGuests, scaledTo } from './amounts.ts';
import { bigNode } from './big-node.ts';

const report = (amounts: Amounts) => checkNode(memoryHost(bigNode(amounts)), 'made up', EVERYTHING);

const SMALL: Amounts = { ...scaledTo(400), mounts: 40, orphans: 6, duplicates: 3, staleMounts: 2, missingMounts: 4 };

describe('a made-up busy node', () => {
  it('is a capture, and the same for the same amounts', () => {
    const json = JSON.stringify(bigNode(SMALL));
    expect('complaint' in parseCapture(json)).toBe(false);
    expect(JSON.stringify(bigNode(SMALL))).toBe(json);
  });

  it('has what was asked for, judged by every check, and nothing else that is wrong but held volumes', async () => {
    const { summary, checks, findings } = await report(SMALL);
    expect(checks.filter(({ outcome }) => outcome === 'unknown')).toEqual([]);
    expect(summary).toMatchObject({ orphans: 6, duplicates: 3, guests: localGuests(SMALL), notJudged: 0 });
    const counts = Object.fromEntries(
      [...Map.groupBy(findings, ({ code }) => code)].map(([code, own]) => [code, own.length]),
    );
    expect(counts).toEqual({ DM001: 3, DM010: 6, DM040: expect.any(Number), MNT001: 2, MNT003: 4 });
  });

  it('may consist of leftovers alone', async () => {
    const { findings } = await report({ ...SMALL, orphans: 360, duplicates: 0, containers: 0 });
    expect(findings.filter(({ code }) => code === 'DM010')).toHaveLength(360);
  });
});
