import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lookAtNode } from '../../src/engine/check-node.ts';
import { EVERYTHING } from '../../src/engine/narrowing.ts';
import { liveHost } from '../../src/host/live-host.ts';
import { memoryHost } from '../../src/host/memory-host.ts';
import { recordingHost } from '../../src/host/recording-host.ts';
import { type Capture, decodeText, isFailure } from '../../src/model/capture.ts';
import type { ReportedFinding } from '../../src/model/finding.ts';
import type { CephPool } from '../../src/model/volumes/ceph-questions.ts';
import type { VolumePlace } from '../../src/model/volumes/volumes.ts';
import { readCapture } from '../capture-files.ts';

/** A node of Proxmox VE from a capture, whose storages of type rbd are a real cluster. */
export interface CephNode {
  /** The directory of the cluster. */
  readonly directory: string;
  /** Of storage.cfg, behind the two that every node has. */
  readonly storages: string;
  /** Guests of this node by VMID, each with the lines of its configuration. */
  readonly guests: Readonly<Record<number, readonly string[]>>;
  /** By how much the clock of the node is ahead. */
  readonly aheadMs?: number;
  /** Keyrings by storage, in place of the administrator's. */
  readonly keyrings?: Readonly<Record<string, string>>;
}

export interface Looked {
  readonly findings: readonly ReportedFinding[];
  readonly verdicts: Readonly<Record<string, string>>;
  readonly places: readonly VolumePlace[];
  readonly capture: Capture;
  readonly tookMs: number;
}

const BASE = readCapture('zfs-left-behind');

function contentsOf({ storages, guests }: CephNode): Capture {
  const vmids = Object.keys(guests);
  const {
    files = {},
    directories = {},
    stats = {},
    replication: _,
    ...rest
  } = BASE as Capture & { replication?: never };
  const kept = Object.fromEntries(
    Object.entries(files).filter(([path]) => !/(?:qemu-server|lxc)\/\d+\.conf$|replication\.cfg$/.test(path)),
  );
  const trie = files['/proc/net/fib_trie'];
  const addresses = trie === undefined || isFailure(trie) ? '' : decodeText(trie).replaceAll('127.0.0.1', '192.0.2.1');
  const ids = {
    ...Object.fromEntries(vmids.map((vmid) => [vmid, { node: 'pve1', type: 'qemu', version: 1 }])),
    200: { node: 'pve2', type: 'qemu', version: 1 },
  };
  const storeids = [...storages.matchAll(/^rbd: (\S+)$/gm)].map(([, storeid]) => storeid);
  const keyring = { mode: '100600', inode: 9, device: '0:31', modifiedMs: 1795230985445 };
  return {
    ...rest,
    note: 'Made up from the recorded capture standalone-empty-node: storages and guests were written by hand, the answers of Ceph recorded by `npm run ceph -- --record` (Ceph 16.2.15 of Debian 12).',
    commands: Object.fromEntries(Object.entries(rest.commands ?? {}).filter(([name]) => name !== 'zfs-list')),
    files: {
      ...kept,
      ...Object.fromEntries(
        vmids.map((vmid) => [`/etc/pve/nodes/pve1/qemu-server/${vmid}.conf`, guests[Number(vmid)] ?? []]),
      ),
      '/etc/pve/nodes/pve2/qemu-server/200.conf': ['name: elsewhere', 'memory: 2048'],
      '/etc/pve/.vmlist': `${JSON.stringify({ version: 1, ids })}\n`,
      '/etc/pve/storage.cfg': `dir: local\n\tpath /var/lib/vz\n\tcontent iso,vztmpl,backup\n\n${storages}`,
      '/proc/net/fib_trie': addresses,
    },
    directories: {
      ...Object.fromEntries(Object.entries(directories).filter(([path]) => !/^\/etc\/pve\/nodes\/pve./.test(path))),
      '/etc/pve/nodes/pve1/qemu-server': vmids.map((vmid) => `${vmid}.conf`),
      '/etc/pve/nodes/pve1/lxc': [],
      '/etc/pve/nodes/pve2/qemu-server': ['200.conf'],
      '/etc/pve/nodes/pve2/lxc': [],
    },
    stats: {
      ...stats,
      ...Object.fromEntries(storeids.map((storeid) => [`/etc/pve/priv/ceph/${storeid}.keyring`, keyring])),
    },
  };
}

/** What an ordinary check says of that node. */
export async function look(node: CephNode): Promise<Looked> {
  const { directory, aheadMs = 0, keyrings = {} } = node;
  const memory = memoryHost(contentsOf(node));
  const live = liveHost();
  const here = (pool: CephPool): CephPool => ({
    ...pool,
    conf: join(directory, 'ceph.conf'),
    keyring: keyrings[pool.storeid] ?? join(directory, 'ceph.client.admin.keyring'),
  });
  const { host, capture } = recordingHost({
    ...memory,
    now: () => new Date(Date.now() + aheadMs),
    pause: live.pause,
    askCeph: (requests) => live.askCeph(requests.map(({ pool, question }) => ({ pool: here(pool), question }))),
  });
  const started = performance.now();
  const { report, snapshot } = await lookAtNode(host, 'ceph', EVERYTHING);
  const tookMs = performance.now() - started;
  const volumes = snapshot.sections.volumes.reading;
  return {
    findings: report.findings.filter(({ code }) => code.startsWith('VOL')),
    verdicts: Object.fromEntries(report.checks.map(({ code, outcome }) => [code, outcome])),
    places: volumes.state === 'known' ? volumes.value.places.filter(({ kind }) => kind === 'rbd') : [],
    capture: { ...contentsOf(node), takenAt: host.now().toISOString(), ceph: capture('').ceph ?? {} },
    tookMs,
  };
}

/** A capture as it stands in test/captures: without what depends on the directory of the cluster. */
export function writeCapture(path: string, capture: Capture): void {
  const plain = Object.entries(capture.ceph ?? {}).map(([name, { argv: _, ...run }]) => [name, run]);
  writeFileSync(path, `${JSON.stringify({ ...capture, ceph: Object.fromEntries(plain) }, null, 2)}\n`);
}
