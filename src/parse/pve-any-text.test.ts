import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { someOf, trials } from '../../test/sample.ts';
import type { GuestConfig } from '../model/guests/pve.ts';
import { parseDatacenterCfg } from './datacenter-cfg.ts';
import { parseLxcConfig, parseQemuConfig } from './guest-config.ts';
import { parseMembers, parseVmlist } from './pmxcfs.ts';
import { parseProcLocks, parseRunningContainers } from './proc-tables.ts';
import { parseQemuCmdline } from './processes.ts';
import { rawVolumeNames } from './raw-volume-names.ts';
import { canonicalPath, parseStorageCfg } from './storage-cfg.ts';
import { parseActiveTasks } from './tasks.ts';

const FILE = { vmid: 100, node: 'pve1', path: '/x/100.conf' };

const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  ...{ canonicalPath, parseActiveTasks, parseDatacenterCfg, parseMembers },
  ...{ parseProcLocks, parseQemuCmdline, parseRunningContainers, parseStorageCfg, parseVmlist, rawVolumeNames },
  parseLxcConfig: (text) => parseLxcConfig(text, FILE),
  parseQemuConfig: (text) => parseQemuConfig(text, FILE),
};

/** Words that get a text past the first test of a parser. */
const WORDS = [
  ...['scsi0: ', 'unused3: ', 'mp0: ', 'rootfs: ', 'args: ', 'lxc.mount.entry: ', 'fleecing-images: ', 'delete: '],
  ...['local-lvm:vm-100-disk-0', '/dev/pve/x', '/dev/mapper/pve-vm--100--disk--0', 'size=4G', ',', '=', 'file=', '%3A'],
  ...['\n', '\r\n', '\n\n', '\t', ' ', '#', '[PENDING]\n', '[s1]\n', '[special:fleecing]\n', '[', ']', '[x:y]\n', '\0'],
  ...['lvm: san\n', '\tvgname vg-1\n', '\tnodes a,b\n', '\tcontent images\n', 'dir: local\n', 'next-id: lower=1', ': '],
  ...['{"version":1,"ids":{', '"100":{"node":"a"', '}', 'UPID:a:00000001:00000001:00000001:', 'vm-', 'snap_', 'del-'],
  ...['__proto__', 'constructor', 'é', '\u2028', '\ufffd', '\u00a0', '1: FLOCK ADVISORY WRITE 1 fd:00:1 0 EOF\n', '::'],
];

/** What a pattern may begin with again and again. */
const REPEATED = [...WORDS, 'a', '-', '.', 'a-', 'a.', '/.', '0', ':', '1:', '"', 'scsi0: a1:x\n', '[s1]\n[PENDING]\n'];

const TEXT = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...WORDS), { maxLength: 60 }).map((words) => words.join('')),
);

describe.each(Object.entries(PARSERS))('%s', (_, parse) => {
  it('does not throw, whatever the text', () => {
    fc.assert(
      fc.property(TEXT, (text) => void parse(text)),
      { numRuns: trials(400) },
    );
  });

  // What takes a moment in proportion to the text would take a minute and more in proportion to its square.
  it.each(someOf(REPEATED, 5))('reads %j twenty thousand times', (word) => {
    parse(word.repeat(20_000));
  });
});

describe.each([
  ['parseQemuConfig', parseQemuConfig],
  ['parseLxcConfig', parseLxcConfig],
])('%s', (_, parse: (text: string, file: typeof FILE) => GuestConfig) => {
  it('loses no volume, wherever its name stands', () => {
    const around = fc.constantFrom(...WORDS.filter((word) => !/[A-Za-z0-9+_.%-]$/.test(word)));
    const after = fc.constantFrom(...WORDS.filter((word) => !/^[A-Za-z0-9+_.-]/.test(word)));
    fc.assert(
      fc.property(TEXT, around, after, TEXT, (before, left, right, rest) => {
        const { mentions, rawNames } = parse(`${before}${left}vm-4711-disk-7${right}${rest}`, FILE);
        const texts = [...mentions.map(({ target }) => JSON.stringify(target)), ...rawNames];
        expect(texts.some((text) => text.includes('vm-4711-disk-7'))).toBe(true);
      }),
      { numRuns: trials(500) },
    );
  });
});
