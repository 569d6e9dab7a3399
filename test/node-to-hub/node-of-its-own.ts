import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { scratchDirectory } from '../store/scratch.ts';
import { theProgram } from './the-program.ts';

/** The program in namespaces of its own: host name, machine-id and the version of Proxmox VE are those of that node alone. */
const INSIDE = `set -e
echo "$1" > /proc/sys/kernel/hostname
mount --bind "$2/machine-id" /etc/machine-id
mount --bind "$2/perl5" /usr/share/perl5
shift 2
exec "$@"`;

export function nodeOfItsOwn(name: string, url: string) {
  const folder = scratchDirectory();
  mkdirSync(`${folder}/perl5/PVE`, { recursive: true });
  writeFileSync(`${folder}/machine-id`, `${createHash('md5').update(name).digest('hex')}\n`);
  const inside = ['unshare', '--mount', '--uts', 'sh', '-c', INSIDE, 'sh', name, folder];
  const program = theProgram(`${folder}/state`, inside);
  const directory = `${program.path}/hub/${new URL(url).host}`;
  const looks = new Set<string>();
  const losses: string[] = [];
  const state = () => JSON.parse(readFileSync(`${directory}/state.json`, 'utf8'));
  const waiting = (): readonly string[] =>
    readdirSync(`${directory}/spool`)
      .filter((file) => file.endsWith('.gz'))
      .map((file) => file.slice(0, file.indexOf('Z') + 1));
  let version = 0;
  /** Each look says something new, so that none takes the place of the one before. */
  const change = (): void => {
    version += 1;
    const text = `sub version_text {\n    return '8.4.${version}/2a5fa54a8503f96d';\n}\n`;
    writeFileSync(`${folder}/perl5/PVE/pvecfg.pm`, text);
  };
  /** Either the hub has the newest look and all before it, or it waits here. */
  const remember = (): void => {
    const { takenAt, lost } = state();
    for (const one of [...waiting(), takenAt]) if (one !== null) looks.add(one);
    // Gone from the state with the next report that goes out.
    if (lost !== null) losses.push(lost.because);
  };
  return {
    ...{ name, looks, losses, state, waiting, run: program.run },
    enrol: async (token: string) => {
      change();
      const done = await program.enrol(url, token);
      remember();
      return done;
    },
    publish: async () => {
      change();
      const done = await program.run(['publish']);
      remember();
      return done;
    },
    /** The time that a hub said to wait is over; gives whether there was one. */
    waitItOut: (): boolean => {
      const now = state();
      if (now.waiting === null || Date.parse(now.waiting.notBefore) <= Date.now()) return false;
      const waiting = { ...now.waiting, notBefore: new Date(0).toISOString() };
      writeFileSync(`${directory}/state.json`, JSON.stringify({ ...now, waiting }), { mode: 0o600 });
      return true;
    },
  };
}

export type NodeOfItsOwn = ReturnType<typeof nodeOfItsOwn>;
