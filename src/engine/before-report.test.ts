import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../test/capture-files.ts';
import { memoryHost } from '../host/memory-host.ts';
import { OPERATIONS, type Wanted } from '../model/before/answer.ts';
import { DEFAULT_MOUNT_SETTINGS } from '../model/mounts/mounts.ts';
import { renderBefore, renderBeforeJson } from '../render/before.ts';
import { readBefore } from './before-report.ts';

const schema: object = JSON.parse(readFileSync(new URL('../../docs/before.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);

const WANTED = {
  to: 'pve2',
  storage: 'disks',
  disk: 'scsi0',
  snapshot: 'before',
  newid: 777,
  addedBytes: 1,
  full: false,
  deletes: false,
  diskFormat: null,
};

const ask = (situation: string, operation: Wanted['operation'], vmid: number | null) =>
  readBefore(memoryHost(readCapture(situation)), 'capture', { ...WANTED, operation, vmid }, DEFAULT_MOUNT_SETTINGS);

describe('the answer', () => {
  it.each(OPERATIONS)('of %s is what the schema describes, and says no word of safety', async (operation) => {
    for (const situation of [
      'volumes-left-behind-whole',
      'zfs-left-behind',
      'pmxcfs-no-quorum',
      'mounts-server-dead-first',
    ]) {
      const report = await ask(situation, operation, operation === 'reboot' ? null : 100).catch((error: unknown) =>
        String(error),
      );
      if (typeof report === 'string') continue;
      expect(validate(JSON.parse(renderBeforeJson(report))), JSON.stringify(validate.errors)).toBe(true);
      const text = renderBefore(report, { width: 100, colour: false });
      expect(text).not.toMatch(/\b(?:safe|ready|no problem)\b/i);
      if (report.notLooked.length > 0) expect(report.exitCode).toBeGreaterThan(1);
    }
  });

  it('is refused for a guest that nobody has, and sent to the node of one that another has', async () => {
    await expect(ask('volumes-left-behind-whole', 'destroy', 104)).rejects.toThrow(
      'no node of this cluster has a guest 104',
    );
    await expect(ask('volumes-left-behind-whole', 'destroy', 200)).rejects.toThrow('--node pve2');
    expect((await ask('volumes-left-behind-whole', 'restore', 104)).guest).toBeNull();
  });

  it('is that nothing was looked at where guests could not be read', async () => {
    const report = await ask('pmxcfs-not-mounted', 'destroy', 100);
    expect(report).toMatchObject({ touched: [], stops: [], exitCode: 3 });
    expect(report.notLooked[0]).toContain('guests and storages');
  });
});
