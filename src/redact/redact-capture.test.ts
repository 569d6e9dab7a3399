import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCapture, reportOf, situations } from '../../test/capture-files.ts';
import { ADDRESSES, type Names, ORDINARY } from '../../test/redact/made-up-names.ts';
import { madeUpNode } from '../../test/redact/made-up-node.ts';
import { clusterVerdict, verdictWithoutNames } from '../../test/redact/verdict.ts';
import { someOf, trials } from '../../test/sample.ts';
import { checkCluster } from '../engine/check-cluster.ts';
import { memoryHost } from '../host/memory-host.ts';
import type { Capture } from '../model/capture.ts';
import { buildDmName } from '../model/device-mapper/dm-name.ts';
import type { Report } from '../model/report/report.ts';
import { parseCapture } from '../parse/capture.ts';
import { redactCapture } from './redact-capture.ts';

const redactedText = (capture: Capture): string => JSON.stringify(redactCapture(capture));

/** The laws: the verdict stays, also that across nodes, what comes out is a capture, and it stays when it is redacted again. */
async function expectSameVerdict(capture: Capture): Promise<void> {
  const redacted = redactCapture(capture);
  const [before, after] = [await reportOf(capture), await reportOf(redacted)];
  expect(verdictWithoutNames(after)).toEqual(verdictWithoutNames(before));
  const across = async (one: Capture) => clusterVerdict(await checkCluster(memoryHost(one), 'capture'));
  expect(await across(redacted)).toEqual(await across(capture));
  expect(parseCapture(JSON.stringify(redacted))).toEqual({ capture: redacted });
  expect(namesAreConsistent(before, after)).toEqual([]);
  expect(redactCapture(redacted)).toEqual(redacted);
}

/** Pairs of names of one device before and after: no name becomes two, no two become one. */
function namesAreConsistent(before: Report, after: Report): readonly string[] {
  const number = (entry: { readonly major: number; readonly minor: number }) => `${entry.major}:${entry.minor}`;
  const redacted = new Map(after.entries.map((entry) => [number(entry), entry]));
  const pairs = before.entries.flatMap((entry) => {
    const other = redacted.get(number(entry));
    if (other === undefined) return [];
    return (['name', 'uuid', 'vgName', 'lvName'] as const).map((field) => [field, entry[field], other[field]] as const);
  });
  const complaints: string[] = [];
  for (const [field, from, to] of pairs) {
    const clash = pairs.find(([f, a, b]) => f === field && (a === from) !== (b === to));
    if (clash) complaints.push(`${field}: ${from} and ${clash[1]} became ${to} and ${clash[2]}`);
  }
  return complaints;
}

/** Original words that may be searched for: one of a letter or two may stand anywhere. */
const searchable = (names: Names): readonly string[] =>
  [
    ...Object.values(names),
    ...Object.values(ADDRESSES),
    ...[buildDmName(names.vg, 'x').slice(0, -2), buildDmName(names.otherVg, 'x').slice(0, -2)],
    ...Object.values(names).flatMap((name) => name.split(/[^\p{L}\p{N}]+/u)),
  ].filter((name) => name.length > 3 && /\p{L}/u.test(name));

const left = (text: string, words: readonly string[]): readonly string[] =>
  words.filter((word) => text.toLowerCase().includes(word.toLowerCase()));

/** Those of clusters always: what their nodes told of each other is in no other. */
const SITUATIONS = [
  ...new Set([...someOf(situations, 8), ...situations.filter((name) => name.startsWith('cluster-'))]),
];

describe.each(SITUATIONS)('a redacted %s', (situation) => {
  it('has the same verdict, and is not changed by being redacted again', async () => {
    await expectSameVerdict(readCapture(situation));
  });
});

describe('a made-up node with something of everything', () => {
  it('has the same verdict when it is redacted', async () => {
    await expectSameVerdict(madeUpNode());
  });

  it('holds no name, address or serial number any more', () => {
    expect(left(redactedText(madeUpNode()), searchable(ORDINARY))).toEqual([]);
  });

  it('keeps VMIDs, disk numbers, sizes and device numbers', () => {
    const { commands } = redactCapture(madeUpNode());
    const text = JSON.stringify(commands);
    for (const part of ['vm--100--disk--0', 'vm-901-', '8:16 10240', 'snap_vm--100--disk--0_', '--cloudinit'])
      expect(text).toContain(part);
  });

  it('has no note and no command lines', () => {
    const redacted = redactCapture(madeUpNode());
    expect(redacted.note).toBeUndefined();
    expect(JSON.stringify(redacted.commands)).not.toContain('"argv"');
  });
});

const HOSTILE: readonly (readonly [string, Partial<Names>])[] = [
  ['names of LVM and device-mapper', { vg: 'lvm', otherVg: 'linear', pool: 'data', thin: 'thin', thick: 'lvmthin' }],
  ['parts of volume names', { vg: 'disk', otherVg: 'vm', volume: 'state-disk-1', snapshot: 'base', node: 'vm' }],
  [
    'names that hold each other',
    { vg: 'a', otherVg: 'a-b', pool: 'a-b-c', thin: 'a1', thick: 'a1-b', node: 'ab', otherNode: 'ab-c' },
  ],
  ['hyphens and dots', { vg: 'x--y', otherVg: 'x-.y', thin: 'st-_.-1', volume: 'c---d_e.f', pool: 'p--' }],
  ['upper case', { vg: 'SSD', otherVg: 'ssd', thin: 'SSD', thick: 'ssd', node: 'PVE', otherNode: 'pve', guest: 'Pve' }],
  [
    'names of guests and nodes that are keys',
    { guest: 'scsi0', container: 'rootfs', node: 'nodes', otherNode: 'qemu-server', user: 'root' },
  ],
  ['numbers', { guest: '100', container: '42', volume: '7', snapshot: 's1', node: 'n-100', directory: '2024' }],
  [
    'one name for everything',
    Object.fromEntries(
      Object.keys(ORDINARY)
        .filter((key) => !key.startsWith('other'))
        .map((key) => [key, 'acme']),
    ),
  ],
  ['tokens', { vg: 'xvg1', otherVg: 'xvg2', thin: 'xstore1', node: 'xnode2', otherNode: 'xnode1', volume: 'xvol1' }],
  ['a VG called as a volume', { vg: 'vm-100-x', otherVg: 'vm-100-y' }],
  ['other alphabets', { guest: 'größe', directory: '客户 数据', user: 'ünal', alias: 'lün x', server: 'filer' }],
  ['kernel names', { alias: 'sdz', directory: 'sda', guest: 'dm-3', container: 'loop0', volume: 'dm-0' }],
  ['partition-like names', { volume: 'db1p2', alias: 'lun1p1', pool: 'pool2p3' }],
];

describe('hostile names', () => {
  it.each(someOf(HOSTILE, 5))('%s: the verdict is the same', async (_, over) => {
    await expectSameVerdict(madeUpNode({ ...ORDINARY, ...over }));
  });
});

const lvmName = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,12}[A-Za-z0-9]$/);
const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/);
const anyNames: fc.Arbitrary<Names> = fc.record({
  ...{ vg: lvmName, otherVg: lvmName, pool: lvmName, volume: lvmName, thin: label, thick: label, nas: label },
  ...{ node: label, otherNode: label, cluster: label, guest: label, container: label, server: label, user: label },
  snapshot: fc.stringMatching(/^[a-z][a-z0-9_-]{1,9}$/).filter((name) => name !== 'pending'),
  directory: fc.stringMatching(/^[A-Za-z0-9 ü]{2,12}$/).map((name) => `d${name.trim()}`),
  ...{ alias: lvmName, serial: fc.stringMatching(/^[A-Z0-9-]{4,12}$/) },
});

/** Different things that must be told apart on a real node. */
const isPossible = ({ vg, otherVg, thin, thick, nas, node, otherNode, pool, alias }: Names): boolean =>
  vg !== otherVg &&
  new Set([thin, thick, nas, 'local']).size === 4 &&
  node !== otherNode &&
  ![pool, alias].some((name) => /^(?:vm|base|snap|del)/.test(name));

describe('whatever a node is called', () => {
  it('its verdict is the same when it is redacted', async () => {
    await fc.assert(
      fc.asyncProperty(anyNames.filter(isPossible), async (names) => {
        await expectSameVerdict(madeUpNode(names));
      }),
      { numRuns: trials(8) },
    );
  });

  it('no name of it is left', () => {
    const strange = fc.stringMatching(/^[bcdfghjkmqwz]{6,9}[0-9]{0,2}$/);
    const names = fc.record(
      Object.fromEntries(Object.keys(ORDINARY).map((key) => [key, strange])) as {
        readonly [K in keyof Names]: typeof strange;
      },
    );
    fc.assert(
      fc.property(names, (chosen) => {
        expect(left(redactedText(madeUpNode(chosen)), searchable(chosen))).toEqual([]);
      }),
      { numRuns: trials(8) },
    );
  });
});
