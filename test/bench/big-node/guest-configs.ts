import type { Capture } from '../../../src/model/capture.ts';
import { ROLES, times } from '../../data/made-up-numbers.ts';
import { type Amounts, localGuests, NODES } from './amounts.ts';
import { GROUPS, type Volume, vmidOf } from './volumes.ts';

/** Every fifth guest is a container. */
export const isContainer = (guest: number): boolean => guest % 5 === 4;

/** The guests of this node that run: containers as many as are asked for, and every fourth machine. */
export function runningGuests(amounts: Amounts): {
  readonly machines: readonly number[];
  readonly containers: readonly number[];
} {
  const local = times(localGuests(amounts), (at) => at);
  return {
    machines: local.filter((guest) => !isContainer(guest) && guest % 4 === 0),
    containers: local.filter(isContainer).slice(0, amounts.containers),
  };
}

export const nodeOf = (guest: number, amounts: Amounts): string =>
  guest < localGuests(amounts) ? NODES[0] : (NODES[1 + (guest % (NODES.length - 1))] ?? NODES[1]);

const storageOf = (vg: string): string => (vg === 'pve' ? 'local-lvm' : vg);

function machine(guest: number, disks: readonly Volume[], snapshots: readonly string[]): readonly string[] {
  const drives = disks.map(({ vg, lv }, at) => `scsi${at}: ${storageOf(vg)}:${lv},discard=on,iothread=1,size=32G`);
  const mac = `BC:24:11:${guest
    .toString(16)
    .padStart(6, '0')
    .toUpperCase()
    .replace(/..(?=.)/g, '$&:')}`;
  const body = [
    ...['agent: 1', 'boot: order=scsi0', 'cores: 4', 'cpu: x86-64-v2-AES', 'memory: 8192'],
    ...[`name: ${ROLES[guest % ROLES.length]}-${guest}`, `net0: virtio=${mac},bridge=vmbr0,tag=${100 + (guest % 40)}`],
    ...['numa: 0', 'onboot: 1', 'ostype: l26', ...drives, 'scsihw: virtio-scsi-single', 'sockets: 1'],
  ];
  const sections = snapshots.flatMap((name) => [
    '',
    `[${name}]`,
    '#before the upgrade',
    ...body,
    'snaptime: 1763600000',
  ]);
  return [...(snapshots.length === 0 ? [] : ['#made by a template']), ...body, ...sections];
}

function container(
  guest: number,
  disks: readonly Volume[],
  snapshots: readonly string[],
  bind: string | null,
): readonly string[] {
  const volumes = disks.map(({ vg, lv }, at) =>
    at === 0 ? `rootfs: ${storageOf(vg)}:${lv},size=32G` : `mp${at}: ${storageOf(vg)}:${lv},mp=/srv/${at},size=32G`,
  );
  const body = [
    ...['arch: amd64', 'cores: 2', `hostname: ${ROLES[guest % ROLES.length]}-${guest}`, 'memory: 2048'],
    ...['net0: name=eth0,bridge=vmbr0,ip=dhcp,type=veth', 'ostype: debian', ...volumes],
    ...(bind === null ? [] : [`mp99: ${bind},mp=/mnt/shared`]),
    ...['swap: 512', 'unprivileged: 1'],
  ];
  return [...body, ...snapshots.flatMap((name) => ['', `[${name}]`, ...body, 'snaptime: 1763600000'])];
}

/** /etc/pve: the configurations of all guests and the lists that pmxcfs makes of them. */
export function recordGuests(
  amounts: Amounts,
  volumes: readonly Volume[],
  binds: ReadonlyMap<number, string>,
  storages: readonly string[],
): Required<Pick<Capture, 'files' | 'directories'>> {
  const byGuest = Map.groupBy(volumes, ({ guest }) => guest);
  const files: Record<string, readonly string[]> = {};
  const ids: Record<string, object> = {};
  for (const guest of times(amounts.guests, (at) => at)) {
    const own = byGuest.get(guest) ?? [];
    const disks = own.filter(({ origin }) => origin === '');
    const snapshots = own.flatMap(({ origin, lv }) => (origin === '' ? [] : [lv.slice(`snap_${origin}_`.length)]));
    const node = nodeOf(guest, amounts);
    const type = isContainer(guest) ? 'lxc' : 'qemu';
    const text =
      type === 'lxc' ? container(guest, disks, snapshots, binds.get(guest) ?? null) : machine(guest, disks, snapshots);
    files[`/etc/pve/nodes/${node}/${type === 'lxc' ? 'lxc' : 'qemu-server'}/${vmidOf(guest)}.conf`] = text;
    ids[vmidOf(guest)] = { node, type, version: 1 + guest };
  }
  const nodelist = Object.fromEntries(
    NODES.map((name, at) => [name, { id: at + 1, online: 1, ip: `192.0.2.${at + 1}` }]),
  );
  const lvm = GROUPS.slice(1).flatMap((vg) => [
    '',
    `lvm: ${vg}`,
    `\tvgname ${vg}`,
    '\tcontent rootdir,images',
    '\tshared 1',
  ]);
  return {
    files: {
      ...files,
      '/etc/pve/.version': [],
      '/etc/pve/.vmlist': [JSON.stringify({ version: 1, ids })],
      '/etc/pve/.members': [
        JSON.stringify({
          nodename: NODES[0],
          version: 1,
          cluster: { name: 'big', version: 4, nodes: 4, quorate: 1 },
          nodelist,
        }),
      ],
      '/etc/pve/storage.cfg': [
        ...['dir: local', '\tpath /var/lib/vz', '\tcontent iso,vztmpl,backup', ''],
        ...['lvmthin: local-lvm', '\tthinpool data', '\tvgname pve', '\tcontent rootdir,images', ...lvm, ...storages],
      ],
      '/etc/pve/datacenter.cfg': ['keyboard: de'],
    },
    directories: {
      '/etc/pve/nodes': NODES,
      '/etc/pve/priv/lock': [],
      ...Object.fromEntries(NODES.slice(1).map((node) => [`/etc/pve/nodes/${node}/openvz`, []])),
    },
  };
}
