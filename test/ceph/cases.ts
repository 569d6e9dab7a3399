import { deepStrictEqual, ok } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { whyNot } from '../../src/model/reading.ts';
import type { PlaceContents } from '../../src/model/volumes/volumes.ts';
import { type CephNode, type Looked, look, writeCapture } from './node.ts';

const SCRIPT = fileURLToPath(new URL('./cluster.sh', import.meta.url));

/** An act of cluster.sh; a removal that was too fast to be killed is tried again under the same name. */
export function act(directory: string, what: string, ...args: readonly string[]): void {
  for (let attempt = 1; ; attempt++) {
    const { status, stderr } = spawnSync(SCRIPT, [what, directory, ...args], { encoding: 'utf8', timeout: 120_000 });
    if (status === 0) return;
    if (attempt === 3 || !stderr.includes('try again')) throw new Error(`cluster.sh ${what}: ${stderr}`);
  }
}

const rbd = (directory: string, ...args: readonly string[]): string => {
  const keys = ['-c', join(directory, 'ceph.conf'), '-n', 'client.admin', '--keyring'];
  const argv = [...keys, join(directory, 'ceph.client.admin.keyring'), '-p', 'rbd', ...args];
  const { status, stdout, stderr } = spawnSync('rbd', argv, { encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) throw new Error(`rbd ${args.join(' ')}: ${stderr}`);
  return stdout;
};

/** A quarter of an hour later nothing is young. */
const LATER = 15 * 60_000;
const DAY = 86_400_000;

const STORAGE = 'rbd: ceph\n\tpool rbd\n\tcontent images\n';
const GUESTS: CephNode['guests'] = {
  100: [
    ...['name: web', 'memory: 2048', 'ide2: ceph:vm-100-cloudinit,media=cdrom', 'scsi0: ceph:vm-100-disk-0,size=64M'],
    ...['parent: before', '', '[before]', 'memory: 2048', 'scsi0: ceph:vm-100-disk-0,size=64M'],
    ...['snaptime: 1795000000', 'vmstate: ceph:vm-100-state-before'],
  ],
  101: ['name: clone', 'memory: 2048', 'scsi0: ceph:base-900-disk-0/vm-101-disk-0,size=64M'],
  102: ['name: late', 'memory: 2048', 'scsi0: ceph:vm-102-disk-0,size=64M'],
  107: ['name: orphaned', 'memory: 2048', 'scsi0: ceph:vm-107-disk-0,size=64M'],
  900: ['name: golden', 'memory: 2048', 'template: 1', 'scsi0: ceph:base-900-disk-0,size=64M'],
};

const at = (directory: string, over: Partial<CephNode> = {}): Promise<Looked> =>
  look({ directory, storages: STORAGE, guests: GUESTS, aheadMs: LATER, ...over });

const codes = ({ findings }: Looked): readonly string[] =>
  findings.map(({ code, subject }) => `${code} ${subject.id}`).sort();

function contents({ places }: Looked, which = 0): PlaceContents {
  const reading = places[which]?.contents;
  if (reading?.state !== 'known')
    throw new Error(`place ${which}: ${reading === undefined ? 'none' : whyNot(reading)}`);
  return reading.value;
}

const unread = ({ places }: Looked): readonly (string | null)[] => places.map((place) => whyNot(place.contents));

/** A storage that cannot be looked at is unknown in every check that needs it, and nobody is accused. */
function expectUnknown(looked: Looked, because: RegExp): void {
  deepStrictEqual(looked.findings, []);
  for (const code of ['VOL001', 'VOL007', 'VOL008', 'VOL014']) deepStrictEqual(looked.verdicts[code], 'unknown', code);
  ok(because.test(String(unread(looked)[0])), `${unread(looked)[0]} is not ${because}`);
}

const OPEN = 'VOL008 ceph:vm-107-disk-0';

export interface Case {
  readonly name: string;
  readonly run: (directory: string, record: string | null) => Promise<void>;
}

export const CASES: readonly Case[] = [
  {
    name: 'a pool with every kind of image: only its trash is told, and the parent of a clone in it',
    run: async (directory) => {
      const looked = await at(directory);
      deepStrictEqual(codes(looked), ['VOL014 ceph']);
      const evidence = looked.findings[0]?.evidence.map(({ fact }) => fact).join('\n') ?? '';
      ok(/vm-106-disk-0 .*expired; vm-107-disk-0 read/.test(evidence), evidence);
      ok(/vm-104-disk-0 .*protected until 2098-12-31/.test(evidence), evidence);
      deepStrictEqual(looked.findings[0]?.bytes, (64 + 16 + 64) * 1024 * 1024);
      const clone = contents(looked).volumes.find(({ name }) => name === 'vm-102-disk-0');
      ok(/^rbd\/vm-100-disk-0@[0-9a-f-]{36}$/.test(clone?.parent ?? ''), `parent ${clone?.parent}`);
      deepStrictEqual(contents(looked).foreign, 1);
    },
  },
  {
    name: 'a pool in which nothing was ever removed, and one that is not there',
    run: async (directory) => {
      const keys = ['-c', join(directory, 'ceph.conf'), '-k', join(directory, 'ceph.client.admin.keyring')];
      spawnSync('ceph', [...keys, 'osd', 'pool', 'create', 'empty', '8', '8'], { timeout: 60_000 });
      const looked = await at(directory, { storages: 'rbd: ceph\n\tpool empty\n\tcontent images\n', guests: {} });
      deepStrictEqual(contents(looked), {
        volumes: [],
        foreign: 0,
        rbd: { trash: { state: 'known', value: { trashed: [], removals: [] } } },
      });
      expectUnknown(
        await at(directory, { storages: 'rbd: ceph\n\tpool nopool\n\tcontent images\n' }),
        /error opening pool 'nopool'/,
      );
      expectUnknown(
        await at(directory, { storages: `${STORAGE}\tnamespace none\n` }),
        /namespace 'none' does not exist/,
      );
    },
  },
  {
    name: 'a wrong key, a keyring that is not there, and a user who may only read',
    run: async (directory) => {
      const wrong = join(directory, 'wrong.keyring');
      writeFileSync(wrong, '[client.admin]\n\tkey = AQBTVZFmAAAAABAAyLkrKkM2r0RkLsjGvYn6xw==\n');
      expectUnknown(await at(directory, { keyrings: { ceph: wrong } }), /denied/);
      expectUnknown(await at(directory, { keyrings: { ceph: join(directory, 'none') } }), /exit status 2 .*keyring/);
      const reader = join(directory, 'reader.keyring');
      const keys = ['-c', join(directory, 'ceph.conf'), '-k', join(directory, 'ceph.client.admin.keyring')];
      const caps = ['mon', 'profile rbd-read-only', 'osd', 'profile rbd-read-only pool=rbd', '-o', reader];
      spawnSync('ceph', [...keys, 'auth', 'get-or-create', 'client.reader', ...caps], { timeout: 60_000 });
      const looked = await at(directory, { storages: `${STORAGE}\tusername reader\n`, keyrings: { ceph: reader } });
      deepStrictEqual(codes(looked), ['VOL014 ceph']);
    },
  },
  {
    name: 'a removal that is under way is nobody’s fault',
    run: async (directory) => {
      act(directory, 'slowrm', 'vm-109-disk-0');
      const looked = await at(directory);
      const trash = contents(looked).rbd?.trash;
      deepStrictEqual(trash?.state === 'known' && trash.value.removals.map(({ name, held }) => [name, held]), [
        ['vm-109-disk-0', true],
      ]);
      deepStrictEqual(codes(looked), ['VOL014 ceph']);
      act(directory, 'thaw', 'slowrm');
    },
  },
  {
    name: 'a removal that was killed is told once it cannot be one that just began, and its number ends it',
    run: async (directory) => {
      act(directory, 'halfrm', 'vm-105-disk-0');
      await untilFree(directory, 'vm-105-disk-0');
      deepStrictEqual(codes(await at(directory, { aheadMs: 0 })), ['VOL014 ceph']);
      const looked = await at(directory);
      deepStrictEqual(codes(looked), ['VOL007 ceph:vm-105-disk-0', 'VOL014 ceph']);
      deepStrictEqual(contents(looked).volumes.length, 7);
      rbd(directory, 'create', '--size', '16', 'vm-105-disk-0');
      const doubled = (await at(directory)).findings.find(({ code }) => code === 'VOL007');
      const [, id = ''] = /^image ([0-9a-f]+),/.exec(doubled?.evidence[0]?.fact ?? '') ?? [];
      ok(doubled?.remedy.text.includes('the image that was made under it since'), doubled?.remedy.text);
      rbd(directory, 'trash', 'rm', id, '--no-progress');
      deepStrictEqual(JSON.parse(rbd(directory, 'info', 'vm-105-disk-0', '--format', 'json')).size, 16 * 1024 * 1024);
      rbd(directory, 'rm', '--no-progress', 'vm-105-disk-0');
    },
  },
  {
    name: 'an image that no configuration names is let be while a client has it open',
    run: async (directory) => {
      rbd(directory, 'create', '--size', '16', 'vm-108-disk-0');
      act(directory, 'watch', 'vm-108-disk-0');
      deepStrictEqual(codes(await at(directory, { aheadMs: DAY })), ['VOL014 ceph']);
      act(directory, 'unwatch', 'vm-108-disk-0');
      await untilUnwatched(directory, 'vm-108-disk-0');
      deepStrictEqual(codes(await at(directory, { aheadMs: DAY })), ['VOL001 ceph:vm-108-disk-0', 'VOL014 ceph']);
      deepStrictEqual(codes(await at(directory)), ['VOL014 ceph']);
      rbd(directory, 'rm', '--no-progress', 'vm-108-disk-0');
    },
  },
  {
    name: 'bytes of what nobody names are those of its objects, and not known where each would have to be asked for',
    run: async (directory) => {
      rbd(directory, 'create', '--size', '1T', 'vm-110-disk-0');
      const write = ['bench', '--io-type', 'write', '--io-size', '4M', '--io-total', '16M', '--io-threads', '1'];
      rbd(directory, ...write, 'vm-110-disk-0');
      rbd(directory, 'snap', 'create', '--no-progress', '--snap', 'a', 'vm-110-disk-0');
      rbd(directory, ...write, 'vm-110-disk-0');
      rbd(directory, 'create', '--size', '16', 'vm-111-disk-0');
      rbd(directory, 'create', '--size', '16G', '--image-feature', 'layering,exclusive-lock', 'vm-112-disk-0');
      rbd(directory, ...write, 'vm-112-disk-0');
      const looked = await at(directory, { aheadMs: DAY });
      const held = contents(looked).volumes.filter(({ name }) => /^vm-11[012]-/.test(name));
      deepStrictEqual(
        held.map(({ name, heldBytes }) => [name, heldBytes]),
        [
          ['vm-110-disk-0', 2 * 16 * 1024 * 1024],
          ['vm-111-disk-0', 0],
          ['vm-112-disk-0', null],
        ],
      );
      ok(looked.tookMs < 10_000, `${Math.round(looked.tookMs)} ms`);
      deepStrictEqual(Object.hasOwn(looked.capture.ceph ?? {}, 'ceph rbd du vm-112-disk-0'), false);
      rbd(directory, 'snap', 'purge', '--no-progress', 'vm-110-disk-0');
      for (const vmid of [110, 111, 112]) rbd(directory, 'rm', '--no-progress', `vm-${vmid}-disk-0`);
    },
  },
  {
    name: 'a disk that another machine writes to, and the lock that it leaves when it dies',
    run: async (directory, record) => {
      act(directory, 'write', 'vm-101-disk-0');
      const held = await at(directory);
      const one = held.findings.find(({ code }) => code === 'VOL008');
      deepStrictEqual([one?.severity, one?.subject.id], ['warning', 'ceph:base-900-disk-0/vm-101-disk-0']);
      act(directory, 'endwrite', 'vm-101-disk-0');
      await untilUnwatched(directory, 'vm-101-disk-0');
      const dead = (await at(directory)).findings.find(({ code }) => code === 'VOL008');
      deepStrictEqual(
        [dead?.severity, dead?.title],
        ['notice', 'ceph:base-900-disk-0/vm-101-disk-0 is locked by a client that is gone'],
      );
      if (record !== null) await recordAll(directory, record);
    },
  },
  {
    name: 'a disk that another machine has open without a lock, and one that somebody only reads',
    run: async (directory) => {
      act(directory, 'watch', 'vm-107-disk-0');
      const looked = await at(directory);
      const one = looked.findings.find(({ code, subject }) => `${code} ${subject.id}` === OPEN);
      deepStrictEqual(one?.severity, 'warning');
      ok(one?.evidence[0]?.fact.includes('is not locked'), one?.evidence[0]?.fact);
      act(directory, 'unwatch', 'vm-107-disk-0');
      await untilUnwatched(directory, 'vm-107-disk-0');
      act(directory, 'read', 'vm-107-disk-0');
      try {
        ok(!codes(await at(directory)).includes(OPEN), 'who reads is told as one who has it open');
      } finally {
        act(directory, 'endread', 'vm-107-disk-0');
      }
    },
  },
  {
    name: 'an OSD and a monitor that hang cost their deadline and nothing else',
    run: async (directory) => {
      for (const who of ['osd', 'mon']) {
        act(directory, 'freeze', who);
        try {
          const looked = await at(directory);
          ok(looked.tookMs < 14_000, `${who}: ${Math.round(looked.tookMs)} ms`);
          expectUnknown(looked, /exit status (?:110|1) |did not end within/);
        } finally {
          act(directory, 'thaw', who);
        }
      }
    },
  },
];

/** A client that was killed is forgotten after half a minute. */
async function until(what: string, holds: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 60; attempt++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new Error(`still not so after a minute: ${what}`);
}

const untilUnwatched = (directory: string, name: string): Promise<void> =>
  until(
    `nobody has ${name} open`,
    () => JSON.parse(rbd(directory, 'status', name, '--format', 'json')).watchers.length === 0,
  );

async function untilFree(directory: string, name: string): Promise<void> {
  const looked = await at(directory);
  const trash = contents(looked).rbd?.trash;
  const id = trash?.state === 'known' ? trash.value.removals.find((one) => one.name === name)?.imageId : undefined;
  ok(id !== undefined, `${name} is not being removed`);
  const keys = ['-c', join(directory, 'ceph.conf'), '-k', join(directory, 'ceph.client.admin.keyring'), '-p', 'rbd'];
  await until(`nobody has ${name} open`, () => {
    const { status, stdout } = spawnSync('rados', [...keys, 'listwatchers', `rbd_header.${id}`], { encoding: 'utf8' });
    return status === 0 && stdout === '';
  });
}

/** One capture with all of it: a half-removed image, one made again under the name of another, trash, and a dead lock. */
async function recordAll(directory: string, into: string): Promise<void> {
  act(directory, 'halfrm', 'vm-105-disk-0');
  await untilFree(directory, 'vm-105-disk-0');
  rbd(directory, 'create', '--size', '16', 'vm-108-disk-0');
  rbd(directory, 'bench', '--io-type', 'write', '--io-size', '4M', '--io-total', '8M', 'vm-108-disk-0');
  rbd(directory, 'create', '--size', '16', '--image-feature', 'layering,exclusive-lock', 'vm-110-disk-0');
  rbd(directory, 'snap', 'create', '--no-progress', '--snap', 'forgotten', 'vm-102-disk-0');
  const { capture, findings } = await at(directory, { aheadMs: DAY });
  writeCapture(into, capture);
  console.log(findings.map(({ code, title }) => `${code} ${title}`).join('\n'));
}
