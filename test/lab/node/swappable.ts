import type { Lab } from './lab.ts';

/** A device over a disk of its own, whose table can be changed beneath what lies on it. */
export interface Swappable {
  readonly path: string;
  /** The disk itself, of which the first 2048 sectors are not used: LVM must not see the same bytes twice. */
  readonly disk: string;
  readonly sectors: number;
  /** `linear`: as it was; otherwise a target and its words, where DISK stands for the disk. */
  readonly load: (how: string) => void;
}

export function swappable(lab: Lab, name: string, sizeMib: number): Swappable {
  const disk = lab.storage.disk(name, sizeMib);
  const sectors = Number(lab.journal.run(['blockdev', '--getsz', disk]).stdout) - 2048;
  const good = `0 ${sectors} linear ${disk} 2048`;
  lab.dm.create([{ name, table: [good] }]);
  const load = (how: string): void => {
    const table = how === 'linear' ? good : `0 ${sectors} ${how}`.replace('DISK', disk);
    lab.journal.run(['dmsetup', 'suspend', '--noflush', '--nolockfs', name]);
    lab.journal.run(['dmsetup', 'load', name, '--table', table]);
    lab.journal.run(['dmsetup', 'resume', name]);
  };
  return { path: `/dev/mapper/${name}`, disk, sectors, load };
}

/** Writes past every cache; an error is part of the situation. */
export function writeTo(lab: Lab, path: string, mib: number, seekMib = 0): void {
  const where = [`of=${path}`, 'bs=1M', `count=${mib}`, `seek=${seekMib}`, 'oflag=direct', 'conv=fsync,notrunc'];
  lab.journal.run(['dd', 'if=/dev/urandom', ...where], { mayFail: true, timeoutMs: 20_000 });
}

export const statusOf = (lab: Lab, name: string): string =>
  lab.journal.run(['dmsetup', 'status', '--noflush', name], { mayFail: true }).stdout.trim();
