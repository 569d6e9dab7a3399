import fc from 'fast-check';
import type { GuestConfig } from '../../../src/model/guests/pve.ts';
import { mentionedNames } from '../../../src/model/needs/references.ts';
import { parseContainerConfig } from '../../../src/parse/container-config.ts';
import { parseLxcConfig, parseQemuConfig } from '../../../src/parse/guest-config.ts';
import { deviceNumbersIn, devicePathsIn, looseTargets, targetsIn } from '../../../src/parse/loose-targets.ts';
import { rawVolumeNames } from '../../../src/parse/raw-volume-names.ts';
import { filesOf } from '../corpus.ts';
import { expectSame, expectTrue } from '../sound.ts';
import { type Target, target } from '../target.ts';

const FILE = { vmid: 100, node: 'pve1', path: '/etc/pve/nodes/pve1/qemu-server/100.conf' };

const VALUES = [
  ...['local-lvm:vm-100-disk-0', '/dev/pve/x', '/dev/mapper/pve-vm--100--disk--0', 'none,media=cdrom', ',size=4G'],
  ...[',', '=', 'file=', 'volume=', 'mp=/mnt', '%3A', ':', ' ', '\t', 'base-9-disk-0/vm-100-disk-1', '1', 'on', 'ro=1'],
];

const KEYS = [
  ...['scsi0: ', 'ide2: ', 'unused3: ', 'efidisk0: ', 'mp0: ', 'mp256: ', 'rootfs: ', 'dev0: ', 'args: ', 'cdrom: '],
  ...[
    'lxc.mount.entry: ',
    'lxc.mount.entry = ',
    'lxc.cgroup2.devices.allow: b 253:5 rwm',
    'fleecing-images: ',
    'net0: ',
  ],
  ...[
    'delete: ',
    'vmstate: ',
    'hookscript: ',
    'description: ',
    'name: a',
    'template: 1',
    'lock: backup',
    'snapstate:delete',
  ],
];

const HEADERS = [
  '[PENDING]\n',
  '[pve:pending]\n',
  '[s1]\n',
  '[special:fleecing]\n',
  '[special:cloudinit]\n',
  '[x:y]\n',
  '[',
  ']',
];

const WORDS = [...KEYS, ...VALUES, ...HEADERS, '\n', '\r\n', '\n#', '#'];

const grammar = fc
  .array(
    fc.oneof(
      fc.constantFrom(...HEADERS),
      fc
        .tuple(fc.constantFrom(...KEYS), fc.array(fc.constantFrom(...VALUES), { maxLength: 4 }))
        .map(([key, values]) => `${key}${values.join('')}\n`),
    ),
    { maxLength: 20 },
  )
  .map((lines) => lines.join(''));

/** No name of a volume that stands in the text is lost: a name that nobody saw would make its volume removable. */
function losesNothing(config: GuestConfig, text: string): void {
  const said = new Set([...config.mentions.flatMap(({ target: to }) => mentionedNames(to)), ...config.rawNames]);
  for (const name of rawVolumeNames(text)) expectTrue(said.has(name), `${name} is lost`);
  const lines = text.split('\n').length;
  for (const problem of config.problems) {
    const line = Number(/^line (\d+):/.exec(problem)?.[1]);
    expectTrue(line >= 1 && line <= lines, `a problem on no line: ${problem}`);
  }
}

const configTarget = (name: string, pattern: RegExp, parse: typeof parseQemuConfig): Target =>
  target({
    ...{ name, share: 3, words: WORDS, grammar },
    texts: () => filesOf(pattern),
    read: (text) => parse(text, FILE),
    laws: losesNothing,
  });

const binds = target({
  ...{ name: 'container-config', share: 1, words: WORDS, grammar },
  texts: () => filesOf(/\/lxc\/\d+\.conf$/),
  read: parseContainerConfig,
  laws: ({ binds: found, readonlyTargets }) => {
    for (const { source, target: inside } of found)
      expectTrue(source.startsWith('/') && inside.startsWith('/'), 'a bind that is no path');
    for (const inside of readonlyTargets) expectTrue(!/\/\/|.\/$/.test(inside), 'slashes are left');
  },
});

const names = target({
  ...{ name: 'raw-volume-names', share: 1, words: [...WORDS, 'vm-', 'base-', '--', 'dm-name-', '-part1', 'snap_'] },
  texts: () => filesOf(/\.conf$/),
  read: rawVolumeNames,
  laws: (found, text) => {
    // A hyphen or a dot at its end would be the sentence's.
    for (const name of found.filter((each) => /[A-Za-z0-9]$/.test(each)))
      expectSame(rawVolumeNames(name).includes(name), true, `${name} is none by itself`);
    for (const name of found) expectTrue(rawVolumeNames(`x ${text}\n`).includes(name), 'text around it hides it');
  },
});

const loose = target({
  ...{ name: 'loose-targets', share: 1, words: [...WORDS, 'b 253:5 rwm', '"', "'", '(', ')', '{', '}', '<', '|'] },
  texts: () => filesOf(/\.conf$/).flatMap((text) => text.split('\n')),
  read: (text) => [
    ...[looseTargets(text, true), looseTargets(text, false), targetsIn(text)],
    ...[devicePathsIn(text), deviceNumbersIn(text)],
  ],
  laws: ([all = [], some = []], text) => {
    const known = new Set(all.map((to) => JSON.stringify(to)));
    for (const to of some) expectTrue(known.has(JSON.stringify(to)), 'other text names more than a volume does');
    for (const to of all) {
      const said = to.kind === 'path' ? to.path : to.volname;
      expectTrue(text.includes('%') || text.includes(said), `${said} is made up`);
    }
  },
});

export const GUEST_CONFIGURATIONS: readonly Target[] = [
  configTarget('qemu-config', /\/qemu-server\/\d+\.conf$/, parseQemuConfig),
  configTarget('lxc-config', /\/lxc\/\d+\.conf$/, parseLxcConfig),
  ...[binds, names, loose],
];
