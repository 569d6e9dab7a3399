import { describe, expect, it } from 'vitest';
import { memoryHost } from '../host/memory-host.ts';
import type { Capture } from '../model/capture.ts';
import { absent, known } from '../model/reading.ts';
import { collectExpectedMounts } from './expected-mounts.ts';

const UNIT = '/etc/systemd/system/mnt-nas.mount';
const MASKED = '/etc/systemd/system/mnt-old.mount';
const CONTENT = '[Mount]\nWhat=10.9.0.2:/a\nWhere=/mnt/nas\nType=nfs\n';

async function collect(contents: Partial<Capture>) {
  const nothing = { storage: absent(''), cluster: absent(''), mounts: known({ mounts: [], addresses: [] }) };
  const reading = await collectExpectedMounts(memoryHost(contents), nothing);
  return reading.state === 'known' ? reading.value.mounts.map(({ target }) => target) : reading.state;
}

describe('units of systemd', () => {
  const files = { [UNIT]: CONTENT, [MASKED]: { unreadable: 'failed', detail: 'not a regular file' } } as const;

  it('say what should be mounted; one that is masked asks for nothing', async () => {
    expect(await collect({ files, links: { [MASKED]: '/dev/null' } })).toEqual(['/mnt/nas']);
  });

  it.each([
    ['leads elsewhere', { [MASKED]: '/dev/zero' }],
    ['cannot be seen', { [MASKED]: { unreadable: 'denied' } }],
    ['is none', {}],
  ] as const)('leave everything unknown where one cannot be read and the link %s', async (_, links) => {
    expect(await collect({ files, links })).toBe('unreadable');
  });
});
