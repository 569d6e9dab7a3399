import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { removeScratch, scratchDirectory } from '../store/scratch.ts';
import { status, withEndpoint } from './http-endpoint.ts';

afterAll(removeScratch);

const PROGRAM = fileURLToPath(new URL('sending-process.ts', import.meta.url));

/** The exit status of the program, below a shell that does something to its streams. */
async function exitOf(script: string, ...args: readonly string[]): Promise<number | null> {
  const child = spawn('bash', ['-o', 'pipefail', '-c', script, 'bash', process.execPath, PROGRAM, ...args], {
    stdio: 'ignore',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/** A configuration with one channel. Nothing can be kept where the history stands below a device. */
function configured(url: string, canKeep: boolean): string {
  const folder = scratchDirectory();
  const file = `${folder}.toml`;
  const path = canKeep ? folder : join('/dev/null', 'history');
  writeFileSync(
    file,
    `[history]\npath = "${path}"\n[channel.hook]\ntype = "webhook"\npolicy = "always"\nurl = "${url}/in"\n`,
  );
  chmodSync(file, 0o600);
  return file;
}

const READER_GONE = '"$@" | true';
const NOBODY_HEARS = '"$@" 2> >(true)';
const LOG_IS_FULL = '"$@" 2>/dev/full';

describe('an alert leaves', () => {
  it.each([
    ['nobody reads the report', READER_GONE, true],
    ['nobody reads the report, and the run cannot be kept', READER_GONE, false],
    ['nobody reads what is said, and the run cannot be kept', NOBODY_HEARS, false],
    ['the disk is full for the run and for what is said', LOG_IS_FULL, false],
  ] as const)('where %s', (_, script, canKeep) =>
    withEndpoint(status(200), async (at) => {
      const file = configured(at.url, canKeep);
      await exitOf(script, 'check', '--send', '--config', file);
      expect(at.received).toHaveLength(1);
    }),
  );
});

describe('check', () => {
  const CRITICAL = fileURLToPath(new URL('../captures/mounts-in-containers/capture.json', import.meta.url));

  it.each([READER_GONE, NOBODY_HEARS, LOG_IS_FULL])('keeps its verdict below %s', async (script) => {
    // A warning above the critical limit is remarked on.
    expect(await exitOf(script, 'check', '--from', CRITICAL, '--set', 'mounts.capacity_warning=99')).toBe(2);
  });
});
