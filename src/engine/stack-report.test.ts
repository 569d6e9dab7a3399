import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../test/capture-files.ts';
import { memoryHost } from '../host/memory-host.ts';
import type { StackReport } from '../model/layers/stack-report.ts';
import { DEFAULT_MOUNT_SETTINGS } from '../model/mounts/mounts.ts';
import { unreadable } from '../model/reading.ts';
import type { CollectedName } from '../model/snapshot.ts';
import { jsonText } from '../render/json.ts';
import { renderStack } from '../render/stack.ts';
import { collect } from './collect.ts';
import { drawStack } from './stack-report.ts';

const schema: object = JSON.parse(readFileSync(new URL('../../docs/stack.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);

const snapshotOf = (situation: string) => collect(memoryHost(readCapture(situation)), DEFAULT_MOUNT_SETTINGS);

const FRAME = { source: 'capture', durationMs: 0 };

async function stackOf(situation: string, word: string): Promise<StackReport> {
  const answer = drawStack(await snapshotOf(situation), word, FRAME);
  if (!('report' in answer)) throw new Error(JSON.stringify(answer));
  return answer.report;
}

const text = (report: StackReport): string => renderStack(report, { width: 80, colour: false });

const DRAWN = [
  ['paths-of-a-map-one-path-lost', '100'],
  ['paths-iscsi-one-portal-silent', 'sdb'],
  ['paths-targets-failing', '102'],
  ['mounts-bound-into-containers', '/mnt/pve/nas'],
  ['clean-everything', '200'],
] as const;

/** The same guest or volume that `check` calls sick. */
const SICK = [
  ['example-node', 'ssd-ha01/vm-119-disk-0', 'DM001'],
  ['mapping-duplicate', '100', 'DM002'],
  ['mapping-duplicate', '101', 'DM002'],
  ['copied-disk-old-one', '100', 'LV002'],
] as const;

describe('the stack', () => {
  it.each(SICK)('of %s, %s is no milder than check: it carries %s', async (situation, word, code) => {
    const report = await stackOf(situation, word);
    expect(report.problems.flatMap(({ codes }) => codes)).toContain(code);
  });

  it.each(DRAWN)('of %s, %s is what the schema describes, and fits a terminal', async (situation, word) => {
    const report = await stackOf(situation, word);
    expect(validate(JSON.parse(jsonText(report))), JSON.stringify(validate.errors)).toBe(true);
    for (const line of text(report).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('goes down to every path, with the state of each and the findings about it', async () => {
    expect(
      text(await stackOf('paths-of-a-map-one-path-lost', '100'))
        .split('\n')
        .slice(3, 16),
    ).toEqual([
      '  san:vm-100-disk-0       scsi0 of guest 100 (on-the-lun)  ✓ configured',
      '  `- lunvg/vm-100-disk-0  volume, 8 MiB  ✓ active',
      '     `- mpatha            multipath map, 64 MiB',
      '        |                 ▲ 1 of 2 paths work, waits for a path for ever',
      '        |                 (PATH001, PATH005)',
      '        |- sda            disk, 64 MiB  ✓ running',
      '        |                 Linux scsi_debug, 0:0:0:0, naa.33333330000007d0',
      '        `- sdb            disk, 64 MiB  ▲ offline (PATH005)',
      '                          Linux scsi_debug, 1:0:0:0, naa.33333330000007d0',
      '',
      'PROBLEMS',
      '▲ Multipath map mpatha  has lost 1 of 2 paths: one is left for   PATH001 PATH005',
      '                        guests 100, 101',
    ]);
  });

  it('says of a disk by which session it comes, and what lies on it', async () => {
    const report = await stackOf('paths-iscsi-one-portal-silent', 'sdb');
    expect(report.layers.map(({ id, tone }) => `${id} ${tone}`)).toEqual([
      'dev:8:16 warning',
      'session:session2 warning',
    ]);
    expect(report.above).toMatchObject({
      groups: [{ vgName: 'lunvg', storages: ['san'] }],
      guests: [{ vmid: 100, disks: ['san:vm-100-disk-0'] }],
      volumeBytes: 8 * 1024 ** 2,
    });
  });

  it('draws a mount down to its server, and who has it', async () => {
    const report = await stackOf('mounts-bound-into-containers', '/mnt/pve/nas');
    expect(report.layers.map(({ kind, tone }) => `${kind} ${tone}`)).toEqual(['mount critical', 'server critical']);
    expect(report.above?.guests.map(({ vmid }) => vmid)).toEqual([104, 105]);
  });

  it('names what was probably meant', async () => {
    expect(drawStack(await snapshotOf('paths-of-a-map-whole'), 'mpahta', FRAME)).toMatchObject({ nearest: ['mpatha'] });
    expect(drawStack(await snapshotOf('paths-of-a-map-whole'), '1000', FRAME)).toMatchObject({ nearest: ['100'] });
  });

  it('draws nothing where device-mapper could not be read', () => {
    const answer = collect(memoryHost({}), DEFAULT_MOUNT_SETTINGS).then((seen) => drawStack(seen, '100', FRAME));
    return expect(answer).resolves.toMatchObject({ unread: expect.stringContaining('dmsetup') });
  });
});

const HIDDEN = unreadable({ kind: 'denied', source: 'hidden', detail: 'hidden for this test' });
const SECTIONS: readonly CollectedName[] = [
  ...(['targetStatuses', 'thinPools', 'disks', 'lvm', 'guests', 'storage', 'mounts', 'expectedMounts'] as const),
  ...(['deviceMapper', 'blockDevices'] as const),
];

describe('what is hidden from the stack', () => {
  it.each(DRAWN)('of %s, %s is said to be, and nothing is healthy for it', async (situation, word) => {
    const whole = await snapshotOf(situation);
    for (const name of SECTIONS) {
      const sections = { ...whole.sections, [name]: { reading: HIDDEN, durationMs: 0 } };
      const answer = drawStack({ ...whole, sections }, word, FRAME);
      if ('unread' in answer) expect(answer.unread).toContain('hidden');
      else if ('nearest' in answer) expect(answer.notSeen).toContain('hidden: hidden for this test');
      else {
        expect(answer.report.notSeen, name).toContain('hidden: hidden for this test');
        expect(answer.report.status, name).not.toBe('healthy');
      }
    }
  });

  it('makes a map unknown whose paths nobody could read, and a way unknown whose mounts nobody could', async () => {
    const whole = await snapshotOf('paths-of-a-map-whole');
    const sections = { ...whole.sections, disks: { reading: HIDDEN, durationMs: 0 } };
    const answer = drawStack({ ...whole, sections }, 'mpatha', FRAME);
    expect('report' in answer && answer.report.layers.map(({ tone }) => tone)).toEqual([
      'unknown',
      'unknown',
      'unknown',
    ]);
  });
});
