import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PROGRAM } from '../cli/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'pve-doctor-foreign-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const EVIL = "console.log('EVIL'); process.exit(9);";

describe('started in a directory of somebody else', () => {
  it('runs nothing that lies there and takes no settings from there', () => {
    mkdirSync(join(folder, 'node_modules', 'commander'), { recursive: true });
    for (const name of ['evil.ts', 'index.js', 'node_modules/commander/index.js'])
      writeFileSync(join(folder, name), EVIL);
    for (const name of ['bunfig.toml', '.bunfig.toml']) writeFileSync(join(folder, name), 'preload = ["./evil.ts"]\n');
    for (const name of ['.env', '.env.local'])
      writeFileSync(join(folder, name), 'PVE_DOCTOR_MOUNTS_CAPACITY_WARNING=3\n');
    writeFileSync(join(folder, 'tsconfig.json'), '{"compilerOptions":{"paths":{"*":["./evil.ts"]}}}');
    writeFileSync(join(folder, 'package.json'), '{"imports":{"#x":"./evil.ts"},"main":"evil.ts"}');
    const show = (cwd: string) => {
      const env = { ...process.env, HOME: cwd, XDG_CONFIG_HOME: cwd };
      const { stdout, stderr, status } = spawnSync(PROGRAM, ['config', 'show'], { encoding: 'utf8', cwd, env });
      return { stdout, stderr, status };
    };
    expect(show(folder)).toEqual(show('/'));
    expect(show(folder).stdout).toContain('capacity_warning');
  });
});
