import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../repo/repository.ts';
import { readLocalCheck } from './local-check.ts';

const scratch = mkdtempSync(join(tmpdir(), 'pve-doctor-checkmk-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The script that the agent runs, with a program of that output and exit status in place of pve-doctor. */
function runWith(output: string, exitCode: number) {
  const program = join(scratch, 'pve-doctor');
  writeFileSync(
    program,
    `#!/bin/sh\n[ "$*" = "check --format checkmk" ] || exit 99\nprintf '${output}'\nexit ${exitCode}\n`,
  );
  chmodSync(program, 0o755);
  return spawnSync(join(ROOT, 'packaging/checkmk/pve-doctor'), {
    encoding: 'utf8',
    env: { PATH: `${scratch}:/usr/bin:/bin` },
  });
}

describe('the local check of Checkmk', () => {
  it.each([0, 1, 2, 3])(
    'ends with 0 where pve-doctor ended with %i: the agent drops what a failing check printed',
    (code) => {
      const { stdout, status } = runWith(`${code} "PVE-Doctor storage" - something\\n`, code);
      expect(status).toBe(0);
      expect(readLocalCheck(stdout)).toEqual([
        { state: code, service: 'PVE-Doctor storage', metrics: {}, lines: ['something'] },
      ]);
    },
  );

  it.each([64, 70, 77, 137])('makes both services unknown where pve-doctor ended with %i', (code) => {
    const { stdout, status } = runWith('', code);
    expect(status).toBe(0);
    expect(readLocalCheck(stdout).map(({ state, service }) => [state, service])).toEqual([
      [3, 'PVE-Doctor storage'],
      [3, 'PVE-Doctor mounts'],
    ]);
  });
});
