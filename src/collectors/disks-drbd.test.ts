import { describe, expect, it } from 'vitest';
import { drbdPeerText } from '../../test/checks/drbd9-texts.ts';
import { type HostContents, memoryHost } from '../host/memory-host.ts';
import { absent, known } from '../model/reading.ts';
import { collectDisks } from './disks.ts';

const AT = '/sys/kernel/debug/drbd/resources/vm-1/connections';

const NODE = {
  links: { '/sys/kernel/debug/drbd/minors/0': '../resources/vm-1/volumes/0' },
  directories: { [AT]: ['pve2', 'pve3'] },
  files: {
    '/proc/drbd': 'version: 9.2.14 (api:2/proto:118-122)\n',
    [`${AT}/pve2/0/proc_drbd`]: drbdPeerText({ state: 'Off', disks: 'UpToDate/DUnknown' }),
    [`${AT}/pve2/receiver_pid`]: '',
    [`${AT}/pve3/0/proc_drbd`]: drbdPeerText({ disks: 'UpToDate/Diskless' }),
    [`${AT}/pve3/receiver_pid`]: '812\n',
  },
};

async function look(files: HostContents['files'], over: HostContents = {}) {
  const host = memoryHost({ ...NODE, files: { ...NODE.files, ...files }, ...over });
  const drbd0 = { devNo: '147:0', kernelName: 'drbd0', holders: [], state: '', disk: null, wwid: '' };
  const blockDevices = known({ devices: new Map([['147:0', drbd0]]) });
  const reading = await collectDisks(host, absent('none'), { blockDevices, processes: absent('not asked') });
  if (reading.state !== 'known') throw new Error('the disks were not read');
  const { drbd, drbd9, drbdUnread } = reading.value;
  return { drbd, drbd9, drbdUnread };
}

describe('DRBD 9 through debugfs', () => {
  it('knows each peer, and which of them was given up', async () => {
    const { drbd9, drbdUnread } = await look({});
    expect(drbdUnread).toEqual([]);
    expect(drbd9).toMatchObject([{ minor: 0, resource: 'vm-1', volume: 0, disk: 'UpToDate', suspended: false }]);
    expect(drbd9[0]?.peers).toMatchObject([
      { name: 'pve2', replication: 'Off', disk: 'DUnknown', standAlone: true },
      { name: 'pve3', replication: 'Established', disk: 'Diskless', standAlone: false },
    ]);
  });

  it.each<[string, HostContents['files'], HostContents]>([
    ['debugfs that is not mounted', {}, { links: {} }],
    ['a link that leads elsewhere', {}, { links: { '/sys/kernel/debug/drbd/minors/0': '../../etc' } }],
    ['no peer', {}, { directories: { [AT]: [] } }],
    ['peers that cannot be listed', {}, { directories: { [AT]: { unreadable: 'denied' } } }],
    ['a peer that cannot be read', { [`${AT}/pve3/0/proc_drbd`]: { unreadable: 'denied' } }, {}],
    ['an old module that does not say who gave up', { [`${AT}/pve2/receiver_pid`]: { unreadable: 'denied' } }, {}],
    ['a receiver that is no number', { [`${AT}/pve2/receiver_pid`]: 'x\n' }, {}],
    ['another minor', { [`${AT}/pve3/0/proc_drbd`]: drbdPeerText({}).replace(' 0:', ' 1:') }, {}],
    ['two moments', { [`${AT}/pve3/0/proc_drbd`]: drbdPeerText({ disks: 'Failed/Diskless' }) }, {}],
  ])('takes nothing for good at %s', async (_, files, over) => {
    expect(await look(files, over)).toEqual({ drbd: [], drbd9: [], drbdUnread: ['the state of drbd0'] });
  });
});
