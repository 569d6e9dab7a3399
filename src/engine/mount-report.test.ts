import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../test/capture-files.ts';
import { memoryHost } from '../host/memory-host.ts';
import { filterMounts } from '../model/mounts/mount-rows.ts';
import { DEFAULT_MOUNT_SETTINGS } from '../model/mounts/mounts.ts';
import { renderMountJson, renderMountReport } from '../render/mounts.ts';
import { readMountReport } from './mount-report.ts';

const schema: object = JSON.parse(readFileSync(new URL('../../docs/mounts.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);

const reportOf = (situation: string) =>
  readMountReport(memoryHost(readCapture(situation)), situation, DEFAULT_MOUNT_SETTINGS);

const places = (report: Awaited<ReturnType<typeof reportOf>>) =>
  report.mounts.map(({ vmid, target, status }) => `${vmid ?? 'node'} ${target} ${status}`);

describe('the mount table', () => {
  it.each(['mounts-healthy', 'mounts-stale', 'mounts-in-containers', 'mounts-bound-into-containers', 'mounts-missing'])(
    'of %s is what the schema describes',
    async (situation) => {
      const report = await reportOf(situation);
      expect(validate(JSON.parse(renderMountJson(report))), JSON.stringify(validate.errors)).toBe(true);
      expect(report.mounts.length).toBeGreaterThan(0);
      expect(report.notSeen).toEqual([]);
    },
  );

  it('has the node first, then each container, with what is missing', async () => {
    expect(places(await reportOf('mounts-bound-into-containers'))).toEqual([
      'node /mnt/pve/nas stale',
      '104 /mnt/nas stale',
      '105 /mnt/nas stale',
      '106 /data ok',
      '106 /mnt/backup missing',
    ]);
  });

  it('is narrowed to containers, and to what is not well, which a full one is not', async () => {
    const report = await reportOf('mounts-bound-into-containers');
    expect(places(filterMounts(report, { lxc: true, unhealthy: false }))).toHaveLength(4);
    expect(places(filterMounts(report, { lxc: true, unhealthy: true }))).toHaveLength(4);
    expect(report.totals).toMatchObject({ mounts: 5, stale: 3, missing: 1, ok: 1, full: 1, unhealthy: 5 });
  });

  it('is readable without colour', async () => {
    const text = renderMountReport(await reportOf('mounts-full-and-read-only'), {
      width: 80,
      colour: false,
      verbose: false,
    });
    expect(text).toContain('[##########]  97 %');
    expect(text).toContain('▲ read-only');
  });

  it('shows nothing of a node that tells nothing, and says why', async () => {
    const report = await readMountReport(memoryHost({}), 'empty', DEFAULT_MOUNT_SETTINGS);
    expect(report.mounts).toEqual([]);
    expect(report.notSeen).toContain('/proc/1/mountinfo does not exist');
  });
});
