import { describe, expect, it } from 'vitest';
import type { Reference } from '../guests/guest-entries.ts';
import type { GuestConfig, Storage, StorageConfig, VolumeMention } from '../guests/pve.ts';
import { indexReferences, type ReferenceIndex, unknownStorages } from './references.ts';

const storage = (storeid: string, vgname: string, over: Partial<Storage> = {}): Storage => ({
  ...{ storeid, type: 'lvmthin', properties: { vgname }, shared: false, disabled: false, nodes: null },
  ...over,
});

const other = (storeid: string, type: string): Storage => ({ ...storage(storeid, ''), type, properties: {} });

const STORAGES: StorageConfig = {
  storages: [
    storage('local-lvm', 'pve'),
    storage('thick', 'pve', { type: 'lvm' }),
    storage('off', 'pve', { disabled: true }),
    storage('away', 'pve', { nodes: ['pve2'] }),
    storage('here', 'pve', { nodes: ['pve1', 'pve2'] }),
    storage('nowhere', 'pve', { nodes: [] }),
    ...[
      other('broken', ''),
      other('ceph', 'rbd'),
      other('nas', 'nfs'),
      other('tank', 'zfspool'),
      other('iscsi', 'iscsi'),
    ],
  ],
  problems: [],
  mentionedVgs: [],
};

/** `volid` or path, with what matters of the rest. */
function mention(text: string, over: Partial<Omit<VolumeMention, 'target'>> = {}): VolumeMention {
  const [storeid = '', ...rest] = text.split(':');
  const target: VolumeMention['target'] = text.startsWith('/')
    ? { kind: 'path', path: text }
    : { kind: 'volid', storeid, volname: rest.join(':') };
  return { key: 'scsi0', section: 'current', snapshot: '', certainty: 'certain', target, ...over };
}

const guest = (mentions: readonly VolumeMention[], over: Partial<GuestConfig> = {}): GuestConfig => ({
  ...{ vmid: 100, type: 'qemu', node: 'pve1', path: '/etc/pve/nodes/pve1/qemu-server/100.conf', name: '', lock: '' },
  ...{
    template: false,
    protection: false,
    snapshots: [],
    unfinished: [],
    rawNames: [],
    problems: [],
    incomplete: '',
    mentions,
  },
  ...over,
});

const index = (...configs: readonly GuestConfig[]): ReferenceIndex => indexReferences({ configs }, STORAGES, 'pve1');

const certainties = (references: readonly Reference[]) => references.map(({ certainty }) => certainty);

describe('find', () => {
  it.each([
    ['local-lvm:vm-100-disk-0', 'vm-100-disk-0'],
    ['thick:vm-100-disk-0', 'vm-100-disk-0'],
    ['here:vm-100-disk-0', 'vm-100-disk-0'],
    ['off:vm-100-disk-0', 'vm-100-disk-0'],
    ['away:vm-100-disk-0', 'vm-100-disk-0'],
    ['nowhere:vm-100-disk-0', 'vm-100-disk-0'],
    ['local-lvm:vm-100-disk-0.qcow2', 'vm-100-disk-0.qcow2'],
    ['local-lvm:vm-100-my data', 'vm-100-my data'],
    ['local-lvm:hand-made', 'hand-made'],
    ['local-lvm:base-1-disk-0/vm-100-disk-0', 'vm-100-disk-0'],
    ['local-lvm:base-1-disk-0/vm-100-disk-0', 'base-1-disk-0'],
    ['/dev/pve/vm-100-disk-0', 'vm-100-disk-0'],
    ['/dev/pve/rawlv', 'rawlv'],
    ['/dev/mapper/pve-vm--100--disk--0', 'vm-100-disk-0'],
    ['/dev/mapper/pve-vm--100--disk--0p1', 'vm-100-disk-0'],
    ['/dev/disk/by-id/dm-name-pve-vm--100--disk--0', 'vm-100-disk-0'],
  ])('resolves %s to pve/%s and to no other VG', (text, lvName) => {
    const references = index(guest([mention(text)]));
    expect(certainties(references.find('pve', lvName))).toEqual(['certain']);
    expect(references.find('other', lvName)).toEqual([]);
  });

  it.each([
    ['gone:vm-100-disk-0', 'is not configured'],
    ['LOCAL-LVM:vm-100-disk-0', 'is not configured'],
    ['broken:vm-100-disk-0', 'is not complete'],
    ['gone:100/vm-100-disk-0', 'is not configured'],
  ])('takes the volume of %s for possible in every VG, since the storage %s', (text, because) => {
    const references = index(guest([mention(text)]));
    for (const vgName of ['pve', 'other']) {
      const [reference, ...more] = references.find(vgName, 'vm-100-disk-0');
      expect(more).toEqual([]);
      expect(reference).toMatchObject({ certainty: 'maybe', text: expect.stringContaining(because) });
      expect(reference?.text).toContain(text);
    }
  });

  it.each(['ceph:vm-100-disk-0', 'nas:100/vm-100-disk-0', 'tank:vm-100-disk-0', 'iscsi:0.0.1.vm-100-disk-0', '/srv/x'])(
    'knows that %s is no logical volume, so a leftover of that name is not held by it',
    (text) => {
      expect(index(guest([mention(text)])).find('pve', 'vm-100-disk-0')).toEqual([]);
    },
  );

  it('says who refers to it, where, and whether the guest is here', () => {
    const here = guest([mention('local-lvm:vm-205-disk-7', { key: 'unused3', section: 'pending' })]);
    const there = guest([mention('thick:vm-205-disk-7')], { vmid: 205, node: 'pve2' });
    expect(index(here, there).find('pve', 'vm-205-disk-7')).toEqual([
      {
        ...{ vmid: 100, node: 'pve1', section: 'pending', key: 'unused3', text: 'local-lvm:vm-205-disk-7' },
        ...{ certainty: 'certain', local: true },
      },
      {
        ...{ vmid: 205, node: 'pve2', section: 'current', key: 'scsi0', text: 'thick:vm-205-disk-7' },
        ...{ certainty: 'certain', local: false },
      },
    ]);
  });

  it('keeps a mention that PVE does not read a "maybe", in its VG only', () => {
    const references = index(guest([mention('local-lvm:vm-100-disk-8', { key: '#scsi8', certainty: 'maybe' })]));
    expect(certainties(references.find('pve', 'vm-100-disk-8'))).toEqual(['maybe']);
    expect(references.find('other', 'vm-100-disk-8')).toEqual([]);
  });

  it('does not confuse names that only share a beginning', () => {
    const references = index(guest([mention('local-lvm:vm-100-disk-10')]));
    expect(references.find('pve', 'vm-100-disk-1')).toEqual([]);
  });
});

describe('snapshots', () => {
  const snapshot = { section: 'snapshot', snapshot: 'before' } as const;

  it.each([
    ['local-lvm:vm-100-disk-0', 'snap_vm-100-disk-0_before'],
    ['thick:vm-100-disk-0.qcow2', 'snap_vm-100-disk-0_before.qcow2'],
    ['/dev/pve/vm-100-disk-0', 'snap_vm-100-disk-0_before'],
  ])('refer with %s to the volume and to %s', (text, snapVolume) => {
    const references = index(guest([mention(text, snapshot)]));
    const lvName = text.replace(/^.*[:/]/, '');
    for (const name of [lvName, snapVolume]) {
      expect(references.find('pve', name)).toMatchObject([{ section: 'snapshot before', certainty: 'certain' }]);
    }
  });

  it('hold the backup snapshot of a container while its section is there', () => {
    const backup = mention('local-lvm:vm-101-disk-0', { key: 'rootfs', section: 'snapshot', snapshot: 'vzdump' });
    expect(index(guest([backup])).find('pve', 'snap_vm-101-disk-0_vzdump')).toHaveLength(1);
    expect(index(guest([mention('local-lvm:vm-101-disk-0')])).find('pve', 'snap_vm-101-disk-0_vzdump')).toEqual([]);
  });

  it('of an unusable storage refer to the snapshot volume in every VG, perhaps', () => {
    const references = index(guest([mention('gone:vm-100-disk-0', snapshot)]));
    expect(certainties(references.find('any', 'snap_vm-100-disk-0_before'))).toEqual(['maybe']);
  });

  it('are no others', () => {
    const references = index(guest([mention('local-lvm:vm-100-disk-0')]));
    expect(references.find('pve', 'snap_vm-100-disk-0_')).toEqual([]);
  });

  it('have no snapshot volume of an unused disk', () => {
    const references = index(guest([mention('local-lvm:vm-100-disk-0', { ...snapshot, key: 'unused0' })]));
    expect(references.find('pve', 'snap_vm-100-disk-0_before')).toEqual([]);
  });

  it.each(['vmstate1', 'mp-unused0', 'hookscript1'])('have a snapshot volume of %s, a key of no such kind', (key) => {
    const references = index(guest([mention('local-lvm:vm-100-disk-0', { ...snapshot, key })]));
    expect(references.find('pve', 'snap_vm-100-disk-0_before')).toHaveLength(1);
  });

  it('have no snapshot volume of the RAM state', () => {
    const state = mention('local-lvm:vm-100-state-before', { ...snapshot, key: 'vmstate' });
    const references = index(guest([state]));
    expect(references.find('pve', 'vm-100-state-before')).toHaveLength(1);
    expect(references.find('pve', 'snap_vm-100-state-before_before')).toEqual([]);
  });
});

describe('names in the raw text', () => {
  it('count as "maybe" in every VG', () => {
    const references = index(guest([], { rawNames: ['vm-100-disk-3'] }));
    expect(references.find('any', 'vm-100-disk-3')).toMatchObject([{ certainty: 'maybe', text: 'vm-100-disk-3' }]);
  });

  it('count in other VGs too where a mention says the same name of one VG', () => {
    const config = guest([mention('local-lvm:vm-100-disk-0')], { rawNames: ['vm-100-disk-0'] });
    expect(certainties(index(config).find('other', 'vm-100-disk-0'))).toEqual(['maybe']);
    expect(certainties(index(config).find('pve', 'vm-100-disk-0'))).toEqual(['certain', 'maybe']);
  });

  it('are judged for each guest by itself', () => {
    const references = index(
      guest([mention('ceph:vm-100-disk-0')]),
      guest([], { vmid: 101, rawNames: ['vm-100-disk-0'] }),
    );
    expect(references.find('pve', 'vm-100-disk-0')).toMatchObject([{ vmid: 101, certainty: 'maybe' }]);
  });
});

describe('findUuid', () => {
  const uuid = 'x'.repeat(64);

  it.each([`LVM-${uuid}`, uuid])('finds /dev/disk/by-id/dm-uuid-LVM-… by %s', (asked) => {
    const references = index(guest([mention(`/dev/disk/by-id/dm-uuid-LVM-${uuid}`)]));
    expect(certainties(references.findUuid(asked))).toEqual(['certain']);
    expect(references.findUuid(`LVM-${'y'.repeat(64)}`)).toEqual([]);
    expect(references.findUuid('')).toEqual([]);
  });
});

describe('findMinor', () => {
  const references = index(guest([mention('/dev/dm-7')]), guest([mention('/dev/block/253:9')], { vmid: 101 }));

  it('finds /dev/dm-N, which means whatever has that number', () => {
    expect(certainties(references.findMinor(7))).toEqual(['certain']);
    expect(references.findMinor(8)).toEqual([]);
  });

  it('is sure of major:minor only when it is told the major', () => {
    expect(certainties(references.findMinor(9, 253))).toEqual(['certain']);
    expect(references.findMinor(9, 252)).toEqual([]);
    expect(certainties(references.findMinor(9))).toEqual(['maybe']);
  });

  it('asks every major that device-mapper can have, and no other', () => {
    const found = (major: number) => index(guest([mention(`/dev/block/${major}:9`)])).findMinor(9).length;
    expect([229, 230, 254, 255].map(found)).toEqual([0, 1, 1, 0]);
  });

  it('does not take another driver of that minor for device-mapper', () => {
    expect(index(guest([mention('/dev/block/7:9')])).findMinor(9)).toEqual([]);
  });
});

describe('unknownStorages', () => {
  const unknown = (...mentions: readonly VolumeMention[]) => unknownStorages({ configs: [guest(mentions)] }, STORAGES);

  it('are those of guests’ volumes that storage.cfg does not tell, each once', () => {
    const gone = [mention('gone:vm-100-disk-0'), mention('gone:vm-100-disk-1'), mention('gone:base-9-disk-0/x')];
    expect(unknown(...gone, mention('broken:vm-100-disk-0'))).toEqual(['gone', 'broken']);
    expect(unknown(mention('gone:base-9-disk-0/x'))).toEqual(['gone']);
    expect(unknown(mention('local-lvm:vm-100-disk-0'), mention('ceph:vm-100-disk-0'))).toEqual([]);
  });

  it('are none that PVE does not read, that hold no volume of a guest, or by a path', () => {
    const maybe = mention('gone:vm-100-disk-0', { certainty: 'maybe' });
    expect(unknown(maybe, mention('gone:iso/debian.iso'), mention('/dev/gone/vm-100-disk-0'))).toEqual([]);
  });
});

describe('indexReferences', () => {
  it('takes 5 000 guests and 10 000 volumes', () => {
    const configs = Array.from({ length: 5000 }, (_, at) =>
      guest(
        [0, 1].map((disk) => mention(`local-lvm:vm-${at + 100}-disk-${disk}`)),
        {
          vmid: at + 100,
          rawNames: [0, 1].map((disk) => `vm-${at + 100}-disk-${disk}`),
        },
      ),
    );
    const references = index(...configs);
    const found = Array.from(
      { length: 10_000 },
      (_, at) => references.find('pve', `vm-${(at >> 1) + 100}-disk-${at % 2}`).length,
    );
    expect(Math.min(...found)).toBeGreaterThan(0);
  });
});
