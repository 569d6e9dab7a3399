import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { scratchDirectory } from '../store/scratch.ts';
import { looksOfANode } from './looks-of-a-node.ts';
import { theProgram } from './the-program.ts';

/** The program in namespaces of its own: host name, machine-id and the version of Proxmox VE are those of that node alone, and it is in no cluster. */
const INSIDE = `set -e
echo "$1" > /proc/sys/kernel/hostname
mount --bind "$2/machine-id" /etc/machine-id
mount --bind "$2/perl5" /usr/share/perl5
[ ! -d /etc/corosync ] || mount -t tmpfs none /etc/corosync
shift 2
exec "$@"`;

export function nodeOfItsOwn(name: string, url: string) {
  const folder = scratchDirectory();
  mkdirSync(`${folder}/perl5/PVE`, { recursive: true });
  writeFileSync(`${folder}/machine-id`, `${createHash('md5').update(name).digest('hex')}\n`);
  const inside = ['unshare', '--mount', '--uts', 'sh', '-c', INSIDE, 'sh', name, folder];
  const program = theProgram(`${folder}/state`, inside);
  const of = looksOfANode(`${program.path}/hub/${new URL(url).host}`, `${folder}/perl5/PVE/pvecfg.pm`);
  return {
    ...of,
    ...{ name, run: program.run },
    enrol: async (token: string) => {
      of.change();
      const done = await program.enrol(url, token);
      of.remember();
      return done;
    },
    publish: async () => {
      of.change();
      const done = await program.run(['publish']);
      of.remember();
      return done;
    },
  };
}

export type NodeOfItsOwn = ReturnType<typeof nodeOfItsOwn>;
