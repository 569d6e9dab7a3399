import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/checks/index.ts';
import { factsFrom } from '../../src/model/derived.ts';
import type { GuestConfig, VolumeMention } from '../../src/model/guests/pve.ts';
import { absent, known } from '../../src/model/reading.ts';
import type { Sections } from '../../src/model/snapshot.ts';
import type { OutsideImage, StoredVolume, VolumePlace, Volumes } from '../../src/model/volumes/volumes.ts';
import {
  active,
  factsOf,
  guest,
  linear,
  lvmReport,
  mapper,
  mention,
  readingsOf,
  storage,
  storages,
  volume,
} from '../checks/examples.ts';
import { NOON, nodeWith, placeOf, stored } from '../checks/volume-examples.ts';

/**
 * Who needs a volume, for every way of naming one and every storage type: what is behind such a way is accused by no view, and where a
 * source is hidden the answer is that nobody knows.
 */

/** `here nobody`: on a shared place, where another cluster may. */
type Word = 'used' | 'unused' | 'here nobody' | 'not judged';

interface Store {
  readonly what: string;
  readonly storeid: string;
  /** A disk of guest VMID, as a volume id has it. */
  readonly disk: (vmid: number, number?: number) => string;
  readonly path: (name: string) => string;
  /** A node with this volume and a disk of guest 100. */
  readonly node: (name: string, ...configs: readonly GuestConfig[]) => Partial<Sections>;
  readonly nobody: Word;
}

const OWN = 100;
const LEFT = 104;

const inPlace = (kind: VolumePlace['kind'], what: string, prefix: string, over: Partial<VolumePlace> = {}): Store => {
  const folder = (vmid: number) => (kind === 'directory' ? `${vmid}/` : '');
  const end = kind === 'directory' ? '.qcow2' : '';
  const disk = (vmid: number, number = 0) => `${folder(vmid)}vm-${vmid}-disk-${number}${end}`;
  const seen: Partial<StoredVolume> = {
    ...(kind === 'rbd' ? { rbd: { imageId: 'a', locked: false, watchers: [] } } : {}),
  };
  const place = placeOf(kind, [], over);
  const node: Store['node'] = (name, ...configs) => ({
    ...nodeWith(
      [
        {
          ...place,
          contents: known({
            volumes: [stored(name, { ...seen, identity: '8:1 1' }), stored(disk(OWN), { ...seen, identity: '8:1 2' })],
            foreign: 0,
          }),
        },
      ],
      ...configs,
    ),
  });
  return {
    ...{ what, storeid: place.storeids[0] ?? '', disk, node, path: (name) => `${prefix}${place.where}/${name}` },
    nobody: over.shared === true ? 'here nobody' : 'unused',
  };
};

const onLvm = (what: string, type: 'lvm' | 'lvmthin', isActive: boolean): Store => {
  const disk = (vmid: number, number = 0) => `vm-${vmid}-disk-${number}`;
  const thin = type === 'lvm' ? {} : { poolLv: 'data', layout: ['thin', 'sparse'] };
  const node: Store['node'] = (name, ...configs) => {
    const lvs = [name, disk(OWN)].map((one) => volume('san', one, thin));
    const properties = { vgname: 'san', ...(type === 'lvm' ? {} : { thinpool: 'data' }) };
    return {
      ...nodeWith([], ...configs),
      storage: storages(storage('san', 'san', { type, properties })),
      lvm: lvmReport(lvs),
      deviceMapper: mapper(...(isActive ? lvs.slice(0, 1).map((one) => active(one, 1, OVER_SDA)) : [])),
      blockDevices: { devices: new Map() },
    };
  };
  return {
    ...{ what, storeid: 'san', disk, node, nobody: 'unused' },
    path: (name) => `/dev/san/${name}`,
  };
};

const OVER_SDA = { table: [linear('8:0', 2048, 8192)] };

const STORES: readonly Store[] = [
  inPlace('directory', 'a directory', ''),
  inPlace('directory', 'a shared directory', '', { shared: true }),
  inPlace('zfs', 'ZFS', '/dev/zvol/'),
  inPlace('rbd', 'RBD', '/dev/rbd/', { shared: true }),
  onLvm('thick LVM', 'lvm', false),
  onLvm('thin LVM', 'lvmthin', false),
  onLvm('active LVM', 'lvm', true),
];

/** What the list of leftovers says of a volume. */
function listedAs(sections: Partial<Sections>, name: string): Word {
  const found = factsOf(sections).leftovers.volumes.filter((one) => one.name === name);
  const words = new Set(
    found.map(
      ({ standing: { is } }): Word =>
        is === 'leftover' ? 'unused' : is === 'elsewhere' ? 'here nobody' : 'not judged',
    ),
  );
  expect(words.size).toBeLessThan(2);
  return [...words][0] ?? 'used';
}

const ACCUSING = /^(?:VOL001|VOL009|LV001|DM01[0123])$/;

/** Codes of the checks that accuse it. */
function accusedBy(sections: Partial<Sections>, name: string): readonly string[] {
  const readings = readingsOf(sections);
  const file = name.slice(name.lastIndexOf('/') + 1);
  const said = file.replaceAll('-', '--');
  return CHECKS.filter(({ code }) => ACCUSING.test(code)).flatMap((check) => {
    const facts = factsFrom(readings, check.needs);
    if (facts.state !== 'known') return [];
    const found = check.examine(facts.value, readings);
    return found.some(({ subject }) => subject.id.includes(file) || subject.id.includes(said)) ? [check.code] : [];
  });
}

function expectWord(sections: Partial<Sections>, name: string, word: Word): void {
  expect(listedAs(sections, name)).toBe(word);
  expect(accusedBy(sections, name).length > 0).toBe(word === 'unused' || word === 'here nobody');
}

const at = (key: string, over: Partial<VolumeMention>): VolumeMention => ({ ...mention(key, '', ''), ...over });

type Way = readonly [what: string, guest: (store: Store, name: string) => GuestConfig, word?: Word];

const named =
  (key: string, over: Partial<VolumeMention> = {}, of: Partial<GuestConfig> = {}): Way[1] =>
  (store, name) =>
    guest(OWN, { mentions: [{ ...mention(key, store.storeid, name), ...over }], ...of });

const inSection = (section: VolumeMention['section'], key: string, snapshot = ''): Way[1] =>
  named(key, { section, snapshot }, { snapshots: snapshot === '' ? [] : [snapshot] });

const WAYS: readonly Way[] = [
  ['a drive', named('scsi0')],
  ['a drive of a template', named('scsi0', {}, { template: true })],
  ['a mount point', named('mp0', {}, { type: 'lxc' })],
  ['a root disk', named('rootfs', {}, { type: 'lxc' })],
  ['an EFI disk', named('efidisk0')],
  ['a TPM state', named('tpmstate0')],
  ['an unused disk', named('unused7')],
  ['a key that is not known', named('nvme3')],
  ['a pending drive', inSection('pending', 'scsi1')],
  ['a drive of a snapshot', inSection('snapshot', 'scsi0', 'before')],
  ['the saved memory of a snapshot', inSection('snapshot', 'vmstate', 'before')],
  ['fleecing', inSection('fleecing', 'fleecing-images')],
  [
    'the base of a linked clone',
    (store, name) => guest(OWN, { mentions: [mention('scsi0', store.storeid, `${name}/${store.disk(OWN)}`)] }),
  ],
  [
    'a path',
    (store, name) => guest(OWN, { mentions: [at('scsi0', { target: { kind: 'path', path: store.path(name) } })] }),
  ],
  [
    'a link that leads to it',
    (store, name) =>
      guest(OWN, {
        mentions: [at('scsi0', { target: { kind: 'path', path: '/srv/disks/win.img', resolved: store.path(name) } })],
      }),
  ],
  ['a comment', named('scsi0', { certainty: 'maybe' }), 'not judged'],
  [
    'its name in some text',
    (_, name) => guest(OWN, { rawNames: [name.slice(name.lastIndexOf('/') + 1)] }),
    'not judged',
  ],
  [
    'a storage that is not configured',
    (_, name) => guest(OWN, { mentions: [mention('scsi0', 'gone', name)] }),
    'not judged',
  ],
  ['nobody', () => guest(OWN), 'unused'],
  [
    'a line of its neighbour',
    (store) => guest(OWN, { mentions: [mention('scsi0', store.storeid, store.disk(OWN))] }),
    'unused',
  ],
  [
    'a line of another number',
    (store) => guest(OWN, { mentions: [mention('scsi0', store.storeid, store.disk(LEFT, 1))] }),
    'not judged',
  ],
];

const ROWS = STORES.flatMap((store) =>
  WAYS.map(([way, config, word = 'used' as Word]) => ({ store, way, config, word })),
);

const hostName = (path: string) => ({ file: '/etc/fstab', line: 3, text: path, path, resolved: null });

/** Each can show a need, so that without it nobody knows. */
const SOURCES = ['guests', 'storage', 'cluster', 'running', 'activity', 'finishedTasks'] as const;

describe.each(STORES.map((store) => [store.what, store] as const))('a volume on %s', (_, store) => {
  it.each(ROWS.filter((row) => row.store === store).map((row) => [row.way, row] as const))(
    'named by %s',
    (_way, row) => {
      const name = store.disk(LEFT);
      const sections = store.node(name, row.config(store, name));
      expectWord(sections, name, row.word === 'unused' ? store.nobody : row.word);
    },
  );

  it.each([
    ['a file of the node', 'used', { names: [hostName(store.path(store.disk(LEFT)))], gaps: [] }],
    ['a file of the node that cannot be read', 'not judged', { names: [], gaps: ['/etc/fstab: denied'] }],
    [
      'a file of the node that names another',
      store.nobody,
      { names: [hostName(store.path('vm-105-disk-0'))], gaps: [] },
    ],
  ] as const)('named by %s', (_way, word, hostNames) => {
    const name = store.disk(LEFT);
    expectWord({ ...store.node(name, guest(OWN)), hostNames }, name, word);
  });

  it.each(SOURCES)('is not accused while %s cannot be read', (section) => {
    const name = store.disk(LEFT);
    const { [section]: _hidden, ...rest } = store.node(name, guest(OWN));
    expect(accusedBy(rest, name)).toEqual([]);
    if (readingsOf(rest).leftovers.state === 'known') expect(['used', 'not judged']).toContain(listedAs(rest, name));
  });
});

describe('a file that guest 104 had', () => {
  const LEFT_FILE = '104/vm-104-disk-0.qcow2';
  const PATH = `/mnt/disks/images/${LEFT_FILE}`;
  const NAMED = '100/vm-100-disk-0.qcow2';
  const identity = '8:1 7';
  const config = guest(OWN, { mentions: [mention('scsi0', 'disks', NAMED)] });
  const byPath = (path: string) =>
    guest(OWN, { mentions: [at('scsi0', { target: { kind: 'path', path, resolved: path } })] });

  interface Case {
    readonly left?: Partial<StoredVolume>;
    /** Of the disk that guest 100 names. */
    readonly disk?: Partial<StoredVolume>;
    readonly others?: readonly StoredVolume[];
    readonly outside?: Volumes['outside'];
    readonly config?: GuestConfig;
    readonly hostName?: string;
    readonly users?: Volumes['users'];
  }

  const sectionsOf = ({ left = {}, disk = {}, others = [], outside = [], ...more }: Case): Partial<Sections> => {
    const volumes = [
      stored(LEFT_FILE, { identity, ...left }),
      stored(NAMED, { identity: '8:1 8', ...disk }),
      ...others,
    ];
    const node = nodeWith([placeOf('directory', volumes)], more.config ?? config);
    const hostNames = { names: more.hostName === undefined ? [] : [hostName(more.hostName)], gaps: [] };
    return {
      ...node,
      hostNames,
      volumes: { readAt: NOON, places: node.volumes?.places ?? [], outside, users: more.users ?? known([]) },
    };
  };

  const outside = (path: string, over: Partial<OutsideImage> = {}): OutsideImage => ({
    ...{ path, identity: null, reads: [], unread: null },
    ...over,
  });

  it.each<[string, Case, Word]>([
    ['that a disk reads through', { disk: { reads: [PATH] } }, 'used'],
    ['beside another backing file', { disk: { reads: ['/srv/golden.qcow2', PATH] } }, 'used'],
    [
      'through a chain',
      { disk: { reads: ['/mnt/disks/images/105/x.qcow2'] }, others: [stored('105/x.qcow2', { reads: [PATH] })] },
      'used',
    ],
    [
      'through an image outside',
      { disk: { reads: ['/srv/x.qcow2'] }, outside: [outside('/srv/x.qcow2', { reads: [PATH] })] },
      'used',
    ],
    [
      'through two outside',
      {
        disk: { reads: ['/srv/x'] },
        outside: [outside('/srv/x', { reads: ['/srv/y'] }), outside('/srv/y', { reads: [PATH] })],
      },
      'used',
    ],
    [
      'under an overlay that a guest has by its path',
      { config: byPath('/srv/x'), outside: [outside('/srv/x', { reads: [PATH] })] },
      'used',
    ],
    [
      'by a link beside it',
      {
        others: [stored('105/link.qcow2', { identity, linked: true, vmid: OWN })],
        config: guest(OWN, { mentions: [mention('scsi0', 'disks', '105/link.qcow2')] }),
      },
      'used',
    ],
    [
      'by a second name outside',
      { config: byPath('/srv/hard'), outside: [outside('/srv/hard', { identity })] },
      'used',
    ],
    ['that reads through nothing that is needed', { left: { reads: ['/srv/gone.qcow2'] } }, 'unused'],
    ['under an image that nobody needs', { others: [stored('105/x.qcow2', { reads: [PATH] })] }, 'unused'],
    ['under an overlay that no guest has', { outside: [outside('/srv/x', { reads: [PATH] })] }, 'unused'],
    [
      'beside a link to another file',
      { others: [stored('105/link.qcow2', { identity: '8:1 9', linked: true })] },
      'unused',
    ],
    ['beside an image on a network', { disk: { parent: 'nbd:', reads: ['nbd:'] } }, 'unused'],
    [
      'beside a vmdk of other parts',
      { others: [stored('105/x.vmdk', { identity: '8:1 9', reads: ['/a', '/b'] })] },
      'unused',
    ],
    ['beside a damaged header', { disk: { unread: 'damaged' } }, 'not judged'],
    [
      'beside one that nobody needs',
      { others: [stored('105/x.qcow2', { identity: '8:1 9', unread: 'damaged' })] },
      'not judged',
    ],
    ['beside a backing file in JSON', { disk: { reads: ['json:'] } }, 'not judged'],
    [
      'beside an image that leads into the dark',
      { disk: { reads: ['/nas/x'] }, outside: [outside('/nas/x', { unread: 'dark' })] },
      'not judged',
    ],
    [
      'under an image that is made just now',
      { others: [stored('105/x.qcow2', { reads: [PATH], touchedAt: NOON })] },
      'not judged',
    ],
    [
      'that is its own backing file',
      { left: { reads: ['/mnt/disks/images/105/x.qcow2'] }, others: [stored('105/x.qcow2', { reads: [PATH] })] },
      'not judged',
    ],
    ['of a capture that follows no links', { others: [stored('105/link.qcow2', { linked: true })] }, 'not judged'],
    [
      'that a process has open',
      { users: known([{ placeId: 'id of /mnt/disks/images', name: LEFT_FILE, what: 'process 4711 (qemu-nbd)' }]) },
      'used',
    ],
    [
      'beside one that a process has open',
      { users: known([{ placeId: 'id of /mnt/disks/images', name: '105/x.qcow2', what: 'process 4711' }]) },
      'unused',
    ],
    ['of which nobody knows who has it open', { users: absent('not recorded') }, 'not judged'],
    ['with a drive that leads nobody knows where', { config: byPath('/srv/unseen') }, 'not judged'],
  ])('%s', (_, one, word) => {
    expectWord(sectionsOf(one), LEFT_FILE, word);
  });

  it('a volume of LVM, of ZFS and of Ceph as its backing file is not accused', () => {
    const reads = ['/dev/san/vm-104-disk-0', '/dev/zvol/tank/vm-104-disk-0', 'rbd:rbd/vm-104-disk-0'];
    for (const store of STORES.filter(({ what }) => !what.includes('directory'))) {
      const name = store.disk(LEFT);
      const node = store.node(name, config);
      const places = [...(node.volumes?.places ?? []), placeOf('directory', [stored(NAMED, { reads, identity })])];
      const list = nodeWith(places).storage?.storages ?? [];
      const listed = new Set(list.map(({ storeid }) => storeid));
      const all = [...list, ...(node.storage?.storages ?? []).filter(({ storeid }) => !listed.has(storeid))];
      const sections = {
        ...node,
        storage: storages(...all),
        volumes: { readAt: NOON, places, outside: [], users: known([]) },
      };
      expect(accusedBy(sections, name)).toEqual([]);
      expect(['used', 'not judged']).toContain(listedAs(sections, name));
    }
  });
});
