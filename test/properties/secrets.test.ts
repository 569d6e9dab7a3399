import { describe, expect, it } from 'vitest';
import { checkNode } from '../../src/engine/check-node.ts';
import { readMountReport } from '../../src/engine/mount-report.ts';
import { EVERYTHING } from '../../src/engine/narrowing.ts';
import { memoryHost } from '../../src/host/memory-host.ts';
import { recordingHost } from '../../src/host/recording-host.ts';
import type { Capture } from '../../src/model/capture.ts';
import { DEFAULT_MOUNT_SETTINGS } from '../../src/model/mounts/mounts.ts';
import { redactCapture } from '../../src/redact/redact-capture.ts';
import { reportOf } from '../capture-files.ts';
import { nodeWith, PLACES, SECRETS } from '../redact/secret-places.ts';
import { verdictWithoutNames } from '../redact/verdict.ts';
import { someOf, trials } from '../sample.ts';

async function record(node: Capture): Promise<Capture> {
  const recording = recordingHost(memoryHost(node));
  await checkNode(recording.host, 'live', EVERYTHING);
  return recording.capture('');
}

/** Why PVE drops a line may be said otherwise, where what it dropped is hidden. */
async function verdict(node: Capture): Promise<unknown> {
  const report = await reportOf(node);
  return verdictWithoutNames({ ...report, notSeen: [] });
}

/** The lines and fields that still hold a marker. */
const left = (value: unknown, marker: string): readonly string[] =>
  JSON.stringify(value, null, 1)
    .split('\n')
    .filter((line) => line.includes(marker));

describe('200 secrets in more than 20 places', () => {
  const groups = Array.from({ length: trials(10) }, (_, at) => at);

  it.each(groups)('are in no output and no capture, redacted or not (%i)', { timeout: 600_000 }, async (group) => {
    for (const { text, marker } of someOf(SECRETS.slice(group * 20, group * 20 + 20), 3)) {
      const node = nodeWith(text);
      const capture = await record(node);
      const report = await reportOf(node);
      const mounts = await readMountReport(memoryHost(node), 'x', DEFAULT_MOUNT_SETTINGS);
      for (const [form, value] of Object.entries({ capture, redacted: redactCapture(capture), report, mounts }))
        expect({ text, form, left: left(value, marker) }).toEqual({ text, form, left: [] });
    }
  });

  it('stand in files that are read', async () => {
    const { files } = await record(nodeWith('x1'));
    const named = Object.values(PLACES).flatMap((place) => Object.keys(place('x1')));
    expect(named.filter((path) => files?.[path] === undefined)).toEqual([]);
  });

  it('change no verdict when they are taken out', async () => {
    for (const { text } of SECRETS.slice(0, 2)) {
      const node = nodeWith(text);
      expect(await verdict(await record(node))).toEqual(await verdict(node));
    }
  });
});
