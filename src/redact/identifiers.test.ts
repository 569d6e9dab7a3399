import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../test/capture-files.ts';
import { type Names, ORDINARY } from '../../test/redact/made-up-names.ts';
import { madeUpNode } from '../../test/redact/made-up-node.ts';
import { verdictWithoutNames } from '../../test/redact/verdict.ts';
import { filesBelow } from '../../test/repo/repository.ts';
import { someOf } from '../../test/sample.ts';
import { type Capture, type CapturedText, decodeText } from '../model/capture.ts';
import { redactPath } from './paths.ts';
import { redactCapture } from './redact-capture.ts';
import { tokenBook } from './token-book.ts';

const numbered = (count: number, make: (at: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, at) => make(at));

/** Names that a person could be found by, of every kind that is not made of letters. */
const IDENTIFIERS: readonly string[] = [
  ...numbered(20, (at) => `198.51.100.${at + 11}`),
  ...numbered(10, (at) => `store${at}-203.0.113.${at + 41}`),
  ...numbered(10, (at) => `web-198-51-100-${at + 61}`),
  ...numbered(10, (at) => `ip-192.0.2.${at + 81}:3260-iscsi-iqn.acmetarget${at}`),
  ...numbered(10, (at) => `static.${at + 11}.100.51.198.clients.acme.example`),
  ...numbered(10, (at) => `srv.203.0.113.${at + 32}`),
  ...numbered(10, (at) => `node1.198.51.100.${at + 21}`),
  ...numbered(10, (at) => `198.51.100.${at + 31}.3260`),
  ...numbered(10, (at) => `203.000.113.0${at + 36}`),
  ...numbered(10, (at) => `52:54:00:12:34:${at + 56}`),
  ...numbered(10, (at) => `port-00:50:56:12:${at + 34}:78`),
  ...numbered(10, (at) => `2001:db8:77::${(at + 4097).toString(16)}`),
  ...numbered(10, (at) => `v6-2001:db8:78::${(at + 4097).toString(16)}`),
  ...numbered(10, (at) => `${1234 + at}-${5678 + at}`),
  ...numbered(10, (at) => `deadbe${10 + at}-0${(at % 9) + 1}`),
  ...numbered(10, (at) => `0${30123456 + at * 7}`),
  ...numbered(10, (at) => `49-170-${1234567 + at}`),
  ...numbered(10, (at) => `${5012345678 + at * 13}`),
  ...numbered(10, (at) => `vd${String.fromCharCode(110 + at)}a`),
  ...numbered(10, (at) => `sd${String.fromCharCode(107 + at)}${at + 1}`),
  ...['🦄', '🐘🐘', '☕', '🇩🇪', '👩‍👩‍👧', '🏳️‍🌈', '①②', '漢字', 'Ωμέγα', '🦄-node'],
];

const text = (content: CapturedText | undefined): string => (content === undefined ? '' : decodeText(content));

/** An identifier where names, paths, sources, tags, serial numbers and messages stand. */
function nodeNamed(id: string): Capture {
  const node = madeUpNode();
  const octal = id.replace(/[ #\\]/g, '_');
  const files = node.files as Record<string, CapturedText>;
  const vm = `/etc/pve/nodes/${ORDINARY.node}/qemu-server/100.conf`;
  return {
    ...node,
    files: {
      ...files,
      [vm]: `tags: ${id}\nname: ${id}\nciuser: ${id}\n#phone ${id}\n${text(files[vm])}`,
      '/etc/fstab': `UUID=${octal} /mnt/${octal} ext4 rw 0 0\n${octal}:/export/${octal} /srv/${octal} nfs4 rw 0 0\n//nas-${octal}/x /mnt/y cifs rw 0 0\n`,
      '/proc/1/mountinfo': `${text(files['/proc/1/mountinfo'])}90 22 0:70 / /mnt/${octal} rw - nfs4 ${octal}:/srv/${octal} rw\n91 22 0:71 / /mnt/pve/${octal} rw - nfs4 nas-${octal}:/x rw\n`,
      '/etc/pve/storage.cfg': `${text(files['/etc/pve/storage.cfg'])}\nnfs: s1\n\tserver ${octal}\n\texport /x/${octal}\n\niscsi: s2\n\tportal ${octal}\n\ttarget ${octal}\n`,
      '/proc/4712/comm': `${id.slice(0, 15)}\n`,
      '/proc/4712/cmdline': `/opt/${id}/x\0`,
    },
    links: { ...node.links, '/proc/4712/cwd': `/mnt/${id}/data`, '/dev/disk/by-id/x': `../../${'sda'}` },
    probes: {
      ...node.probes,
      [`statfs /mnt/${id}`]: {
        exitCode: 1,
        stderr: `stat: cannot read file system information for '/mnt/${id}': Stale file handle\n`,
      },
    },
    servers: {
      ...node.servers,
      [id.includes(':') ? `[${id}]:2049` : `${id}:2049`]: { answers: true, detail: 'the port answers' },
    },
    beneath: {
      [`/mnt/${id}`]: {
        files: 1,
        bytes: 9999,
        newestPath: `${id}/a.txt`,
        newestAt: '2026-11-01T00:00:00.000Z',
        complete: true,
      },
    },
  };
}

it('150 identifiers made of numbers, addresses, pictures and words of the kernel are in no redacted capture', () => {
  expect(IDENTIFIERS.length).toBeGreaterThanOrEqual(150);
  for (const id of someOf(IDENTIFIERS, 7)) {
    const lines = JSON.stringify(redactCapture(nodeNamed(id)), null, 1).split('\n');
    expect({ id, left: lines.filter((line) => line.includes(id)) }).toEqual({ id, left: [] });
  }
});

/** What an identifier is made of, that a person could be found by. */
const addressesIn = (id: string): readonly string[] => [
  ...(id.match(/\d{1,3}(?:\.\d{1,3}){3}/g) ?? []),
  ...(id.match(/\d{2}(?::\d{2}){5}/g) ?? []),
];

it('nor is the address in one of them', () => {
  const ids = IDENTIFIERS.filter((id) => addressesIn(id).length > 0);
  expect(ids.length).toBeGreaterThan(80);
  for (const id of someOf(ids, 7)) {
    const text = JSON.stringify(redactCapture(nodeNamed(id)));
    expect({ id, left: addressesIn(id).filter((address) => text.includes(address)) }).toEqual({ id, left: [] });
  }
});

it.each(['198.51.100.7', '203.000.113.036', '198-51-100-7', '52:54:00:12:34:56', '10.0.0', '12345678', '7'])(
  'a cluster that is called %s has another name, and the same verdict',
  async (cluster) => {
    const node = madeUpNode({ ...ORDINARY, cluster });
    const redacted = redactCapture(node);
    const members = JSON.parse(text((redacted.files as Record<string, CapturedText>)['/etc/pve/.members']));
    expect(members.cluster.name).not.toBe(cluster);
    expect(verdictWithoutNames(await reportOf(redacted))).toEqual(verdictWithoutNames(await reportOf(node)));
    expect(redactCapture(redacted)).toEqual(redacted);
  },
);

it('the order of what is redacted does not tell how the names were sorted', () => {
  const probes = Object.fromEntries(['c', 'b', 'a'].map((name) => [`statfs /mnt/${name}name`, { stdout: '' }]));
  const redacted = redactCapture({ ...madeUpNode(), probes });
  const keys = Object.keys(redacted.probes ?? {});
  expect(keys).toEqual([...keys].sort());
});

describe('a node with a LIO target on a device, and a volume group with an odd name', () => {
  const target = '/sys/kernel/config/target/core/iblock_0';
  const withTarget = (names: Partial<Names>, device: string): Capture => {
    const node = madeUpNode({ ...ORDINARY, ...names });
    return {
      ...node,
      files: { ...node.files, [`${target}/${names.alias ?? 'store'}/udev_path`]: `${device}\n` },
    };
  };

  it.each(['/dev/dm-40', '/dev/dm-0', '/dev/mapper/x', '/dev/sda', '/dev/mapper/gone-x'])(
    'has the same verdict where %s is exported',
    async (device) => {
      const node = withTarget({ alias: 'lun4' }, device);
      const redacted = redactCapture(node);
      expect(verdictWithoutNames(await reportOf(redacted))).toEqual(verdictWithoutNames(await reportOf(node)));
    },
  );

  it.each([
    'md',
    'disk',
    'block',
    'zvol',
    'rbd',
    'net',
    'input',
    'sdk1',
    'dm-9',
    'loop0',
    'vdma',
    '1234-5678',
    'a.b-c+d',
    '198.51.100.7',
  ])('has the same verdict where the group is called %s', async (vg) => {
    const node = withTarget({ vg }, `/dev/${vg}/vm-100-disk-0`);
    const redacted = redactCapture(node);
    expect(verdictWithoutNames(await reportOf(redacted))).toEqual(verdictWithoutNames(await reportOf(node)));
    expect(redactCapture(redacted)).toEqual(redacted);
  });
});

/** Paths of the manual's tables, with something in every place that it leaves open. */
const TEMPLATES = [
  ...new Set(
    readFileSync(new URL('../../docs/capture.md', import.meta.url), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => [...(line.split('|')[2] ?? '').matchAll(/`(\/[^`]*)`/g)].map(([, path = '']) => path)),
  ),
];

describe('a path that the manual of captures names', () => {
  it('is one of many', () => {
    expect(TEMPLATES.length).toBeGreaterThan(60);
    expect(filesBelow('docs', 'capture.md')).toHaveLength(1);
  });

  it.each(TEMPLATES)('%s keeps its form, and no name', (template) => {
    const path = template
      .replace('<pid>', '4711')
      .replace('<vmid>', '100')
      .replace('<node>', 'hv-acme')
      .replaceAll('<name>', 'acme-1');
    const pattern = new RegExp(
      `^${template
        .replace(/[.*+?^${}()[\]\\]/g, '\\$&')
        .replace(/<(?:pid|vmid)>/g, '\\d+')
        .replace(/<\w+>/g, '[^/]+')}$`,
    );
    const redacted = redactPath(tokenBook(''), path);
    expect(redacted).toMatch(pattern);
    expect(redacted).not.toContain('acme');
  });
});
