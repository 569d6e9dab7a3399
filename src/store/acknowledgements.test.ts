import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Acknowledgement } from '../model/report/acknowledgement.ts';
import {
  acknowledgementsPath,
  forgetAcknowledgements,
  readAcknowledgements,
  writeAcknowledgements,
} from './acknowledgements.ts';

const ONE: Acknowledgement = {
  id: 'volume:san/vm-102-disk-0',
  severity: 'warning',
  by: 'root',
  reason: 'known',
  at: '2026-11-20T00:00:00.000Z',
  until: null,
};

let directory = '';
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'acknowledged-')), 'state');
});
afterEach(() => rmSync(join(directory, '..'), { recursive: true, force: true }));

describe('acknowledgements on disk', () => {
  it('are none where nobody said anything', async () => {
    expect(await readAcknowledgements(directory)).toEqual({ list: [], problem: '' });
  });

  it('are read as they were written, by root alone', async () => {
    await writeAcknowledgements(directory, [ONE]);
    expect(await readAcknowledgements(directory)).toEqual({ list: [ONE], problem: '' });
    expect(statSync(acknowledgementsPath(directory)).mode & 0o777).toBe(0o600);
  });

  it('end with the problems that they are about', async () => {
    const other = { ...ONE, id: 'mount:/mnt/pve/nas' };
    await writeAcknowledgements(directory, [ONE, other]);
    await forgetAcknowledgements(directory, [ONE.id, 'mount:/elsewhere']);
    expect((await readAcknowledgements(directory)).list).toEqual([other]);
  });

  it.each<readonly [string, string | Uint8Array]>([
    ['half a file', '[{"id": "volume:san/vm-1'],
    ['not UTF-8', new Uint8Array([0x5b, 0xff, 0x5d])],
    ['another form', '{"id": "x"}'],
    ['a severity that does not exist', JSON.stringify([{ ...ONE, severity: 'fine' }])],
    ['a time that sorts as none', JSON.stringify([{ ...ONE, until: '9999' }])],
    ['nothing', ''],
  ])('hide nothing and say so when the file is damaged: %s', async (_, content) => {
    await writeAcknowledgements(directory, [ONE]);
    writeFileSync(acknowledgementsPath(directory), content);
    const { list, problem } = await readAcknowledgements(directory);
    expect(list).toEqual([]);
    expect(problem).toContain('is damaged');
    expect(problem).toContain('no problem counts as acknowledged');
  });

  it('hide nothing when others may write the file', async () => {
    await writeAcknowledgements(directory, [ONE]);
    chmodSync(acknowledgementsPath(directory), 0o666);
    expect((await readAcknowledgements(directory)).problem).toContain('may be written by other users');
    expect(readFileSync(acknowledgementsPath(directory), 'utf8')).toContain(ONE.id);
  });
});
