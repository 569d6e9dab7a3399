import { deepStrictEqual as same } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { READ_SCRIPT } from '../../src/host/cluster-scripts.ts';
import { type Publication, packRecord, publishValue } from '../../src/host/publish-value.ts';
import { believe } from '../../src/model/cluster/believe.ts';
import type { Peers } from '../../src/model/cluster/cluster-view.ts';
import type { NodeRecord } from '../../src/model/cluster/node-record.ts';
import type { Reading } from '../../src/model/reading.ts';
import { parseClusterRecords } from '../../src/parse/cluster-records.ts';
import { aRecord } from '../data/node-records.ts';

/** A cluster whose nodes publish and read: stand-ins, or the real pmxcfs and corosync of the lab. */
export interface RecordCluster {
  readonly names: readonly string[];
  /** How perl is started on a node. */
  readonly perlArgs: (node: string) => readonly [string, ...string[]];
  /** Pulls the network cable, and waits until everybody has noticed. */
  readonly cut: (node: string) => Promise<void>;
  readonly heal: (node: string) => Promise<void>;
  /** Restarts pmxcfs, as an upgrade of its package does. */
  readonly restart: (node: string) => Promise<void>;
  /** Ends pmxcfs at once. */
  readonly stop: (node: string) => Promise<void>;
  readonly start: (node: string) => Promise<void>;
}

async function perl(cluster: RecordCluster, node: string, args: readonly string[], input: string) {
  const [program, ...rest] = cluster.perlArgs(node);
  const argv = [program, ...rest, ...args];
  const child = spawn(program, [...rest, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const [out, errors]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = [Buffer.concat(out).toString(), Buffer.concat(errors).toString()];
  return { argv, outcome: 'exited' as const, exitCode, stdout, stderr, truncated: false, durationMs: 0 };
}

export const publishTo = (cluster: RecordCluster, node: string, value: string): Promise<Publication> =>
  publishValue(value, (args, input) => perl(cluster, node, args, input));

export async function readFrom(cluster: RecordCluster, node: string): Promise<Reading<Peers>> {
  return parseClusterRecords((await perl(cluster, node, ['-T', '-e', READ_SCRIPT], '')).stdout, now());
}

const publishRecord = (cluster: RecordCluster, record: NodeRecord) =>
  publishTo(cluster, record.node, packRecord(JSON.stringify(record)));

async function peersAt(cluster: RecordCluster, node: string): Promise<Peers> {
  const reading = await readFrom(cluster, node);
  if (reading.state !== 'known') throw new Error(JSON.stringify(reading));
  return reading.value;
}

const now = (): string => new Date().toISOString();

/** What each node's record is worth at one of them: \`judged\`, or the reason. */
async function worth(cluster: RecordCluster, at: string): Promise<Readonly<Record<string, string>>> {
  const view = believe(await peersAt(cluster, at), null, now());
  return Object.fromEntries(
    view.nodes.map(({ name, standing }) => [name, standing.state === 'judged' ? 'judged' : standing.reason]),
  );
}

const young = (node: string): NodeRecord => aRecord(node, {}, { takenAt: now() });

const publishAll = async (cluster: RecordCluster): Promise<void> => {
  for (const name of cluster.names) same(await publishRecord(cluster, young(name)), { state: 'published' });
};

/** A text that gzip cannot make smaller by more than a quarter. */
const noise = (length: number): string =>
  Array.from({ length: Math.ceil(length / 44) }, (_, at) => createHash('sha256').update(`${at}`).digest('base64'))
    .join('')
    .slice(0, length);

const ALL = { pve1: 'judged', pve2: 'judged', pve3: 'judged' };

/** What is true of the real cluster file system and must be of its stand-in. Three nodes; each case leaves all of them well. */
export const RECORD_CASES: readonly {
  readonly about: string;
  readonly run: (cluster: RecordCluster) => Promise<void>;
}[] = [
  {
    about: 'nothing is published yet, and nobody is judged',
    run: async (cluster) =>
      same(await worth(cluster, 'pve1'), { pve1: 'no-record', pve2: 'no-record', pve3: 'no-record' }),
  },
  {
    about: 'what a node publishes is read on every node, as it was written',
    run: async (cluster) => {
      await publishAll(cluster);
      const record = aRecord(
        'pve2',
        {
          storages: [
            {
              storeid: 'größe-"\\',
              usable: true,
              because: '',
              freeBytes: 7,
              fixedNames: ['100/vm-100-cloudinit.qcow2'],
            },
          ],
        },
        { takenAt: now() },
      );
      same(await publishRecord(cluster, record), { state: 'published' });
      for (const name of cluster.names) {
        same((await peersAt(cluster, name)).words.get('pve2'), { state: 'record', record });
        same(await worth(cluster, name), ALL);
      }
    },
  },
  {
    about: 'members are as pmxcfs says them',
    run: async (cluster) => {
      const { self, quorate, members } = await peersAt(cluster, 'pve3');
      same([self, quorate], ['pve3', true]);
      same(
        members.toSorted((a, b) => a.nodeId - b.nodeId),
        [1, 2, 3].map((id) => ({ name: `pve${id}`, nodeId: id, online: true, ip: `10.99.0.${id}` })),
      );
    },
  },
  {
    about: 'a value of 30 KiB arrives whole, and one that is too long is refused in words',
    run: async (cluster) => {
      const long = {
        ...young('pve1'),
        bootId: '',
        gaps: Array.from({ length: 20 }, () => ({ part: 'groups' as const, because: 'size' as const, detail: '' })),
      };
      const value = packRecord(JSON.stringify({ ...long, padding: noise(30_000) }));
      same(value.length > 20_000 && value.length < 32_768, true);
      same(await publishTo(cluster, 'pve1', value), { state: 'published' });
      same((await peersAt(cluster, 'pve2')).words.get('pve1')?.state, 'record');
      same((await publishTo(cluster, 'pve1', 'A'.repeat(32_768))).state, 'failed');
      same((await peersAt(cluster, 'pve2')).words.get('pve1')?.state, 'record');
    },
  },
  {
    about: 'damaged and hostile values are one sentence each, and leave the others alone',
    run: async (cluster) => {
      await publishAll(cluster);
      const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024)).toString('base64');
      same(bomb.length < 32_768, true);
      const hostile = [
        'not base64 at all!',
        'AAAA',
        packRecord('{'),
        packRecord(JSON.stringify(young('pve1'))),
        packRecord('\u0000\u001b[2J'),
        packRecord(JSON.stringify({ ...young('pve3'), format: 99 })),
        packRecord(JSON.stringify(young('pve3'))).slice(0, -8),
        gzipSync(Buffer.from([0xff, 0xfe])).toString('base64'),
        Buffer.concat([gzipSync('{}'), gzipSync('{}')]).toString('base64'),
        bomb,
      ];
      for (const value of hostile) {
        same(await publishTo(cluster, 'pve3', value), { state: 'published' });
        const word = (await peersAt(cluster, 'pve1')).words.get('pve3');
        same([word?.state, word?.state === 'unusable' && word.because.length < 200], ['unusable', true]);
        const { pve3, ...others } = await worth(cluster, 'pve1');
        same(others, { pve1: 'judged', pve2: 'judged' });
        same(pve3 === 'damaged' || pve3 === 'future-format', true);
      }
      await publishAll(cluster);
    },
  },
  {
    about: 'a record that is taken back is withdrawn, with a time',
    run: async (cluster) => {
      const value = packRecord(JSON.stringify({ format: 1, node: 'pve2', takenAt: now(), withdrawn: true }));
      same(await publishTo(cluster, 'pve2', value), { state: 'published' });
      same((await worth(cluster, 'pve1'))['pve2'], 'withdrawn');
      await publishAll(cluster);
    },
  },
  {
    about: 'a node that is cut off is offline for the others, and judges none of them',
    run: async (cluster) => {
      await publishAll(cluster);
      await cluster.cut('pve3');
      same(await worth(cluster, 'pve1'), { ...ALL, pve3: 'offline' });
      same((await peersAt(cluster, 'pve1')).words.get('pve3')?.state, 'record');
      // Publishing without a quorum says nothing of it.
      same(await publishRecord(cluster, young('pve3')), { state: 'published' });
      same(await worth(cluster, 'pve3'), { pve1: 'own-cluster', pve2: 'own-cluster', pve3: 'own-cluster' });
      await cluster.heal('pve3');
      same((await publishRecord(cluster, young('pve3'))).state, 'published');
      same(await worth(cluster, 'pve1'), ALL);
    },
  },
  {
    about: 'a node whose pmxcfs was restarted has lost its own record, which its peers still show',
    run: async (cluster) => {
      await publishAll(cluster);
      await cluster.restart('pve2');
      same((await worth(cluster, 'pve2'))['pve2'], 'no-record');
      same((await worth(cluster, 'pve1'))['pve2'], 'judged');
      await publishAll(cluster);
      same(await worth(cluster, 'pve2'), ALL);
    },
  },
  {
    about: 'without pmxcfs publishing and reading fail in words',
    run: async (cluster) => {
      await cluster.stop('pve2');
      same((await publishRecord(cluster, young('pve2'))).state, 'failed');
      same((await readFrom(cluster, 'pve2')).state, 'unreadable');
      await cluster.start('pve2');
      await publishAll(cluster);
      same(await worth(cluster, 'pve2'), ALL);
    },
  },
];
