import { describe, expect, it } from 'vitest';
import { cluster } from '../../test/checks/examples.ts';
import { memoryHost } from '../host/memory-host.ts';
import type { Capture } from '../model/capture.ts';
import { absent, known, unreadable } from '../model/reading.ts';
import { collectExpectedMounts } from './expected-mounts.ts';

const UNIT = '/etc/systemd/system/mnt-nas.mount';
const MASKED = '/etc/systemd/system/mnt-old.mount';
const CONTENT = '[Mount]\nWhat=10.9.0.2:/a\nWhere=/mnt/nas\nType=nfs\n';

async function collect(contents: Partial<Capture>) {
  const nothing = { storage: absent(''), cluster: absent(''), mounts: known({ mounts: [], addresses: [] }) };
  const reading = await collectExpectedMounts(memoryHost(contents), nothing);
  return reading.state === 'known' ? [reading.value.mounts.map(({ target }) => target), reading.value.gaps.length] : [];
}

describe('units of systemd', () => {
  const files = { [UNIT]: CONTENT, [MASKED]: { unreadable: 'failed', detail: 'not a regular file' } } as const;

  it('say what should be mounted; one that is masked asks for nothing', async () => {
    expect(await collect({ files, links: { [MASKED]: '/dev/null' } })).toEqual([['/mnt/nas'], 0]);
  });

  it.each([
    ['leads elsewhere', { [MASKED]: '/dev/zero' }],
    ['cannot be seen', { [MASKED]: { unreadable: 'denied' } }],
    ['is none', {}],
  ] as const)('are a gap where one cannot be read and the link %s', async (_, links) => {
    expect(await collect({ files, links })).toEqual([[], 1]);
  });
});

it('what fstab expects is known where storage.cfg cannot be read, which is a gap', async () => {
  const storage = unreadable({ kind: 'vanished', source: '/etc/pve', detail: 'is not a mounted pmxcfs' });
  const sources = { storage, cluster: storage, mounts: known({ mounts: [], addresses: [] }) };
  const node = memoryHost({ files: { '/etc/fstab': 'UUID=1 /mnt/usb ext4 nofail\n' } });
  expect(await collectExpectedMounts(node, sources)).toMatchObject({
    value: { mounts: [{ target: '/mnt/usb', required: true }], gaps: ['/etc/pve: is not a mounted pmxcfs'] },
  });
});

it('directories of storages are those of this node that are not switched off', async () => {
  const dir = (storeid: string, over = {}) => ({
    ...{ storeid, type: 'dir', properties: { path: `/srv/${storeid}` }, shared: false, disabled: false, nodes: null },
    ...over,
  });
  const storages = [dir('here'), dir('off', { disabled: true }), dir('there', { nodes: ['pve2'] })];
  const reading = await collectExpectedMounts(memoryHost({}), {
    storage: known({ storages, problems: [], mentionedVgs: [] }),
    ...{ cluster: known(cluster), mounts: known({ mounts: [], addresses: [] }) },
  });
  expect(reading).toMatchObject({ value: { directories: [{ storeid: 'here', path: '/srv/here' }] } });
});
