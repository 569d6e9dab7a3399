import { readdirSync, readFileSync } from 'node:fs';
import type { Reading } from '../model/reading.ts';
import type { OpenFile, WantedFiles } from './host.ts';
import { ofProcesses, orGone, readLinkOf } from './of-processes.ts';

/**
 * Which processes have these files open, or work in these directories. Links and `fdinfo` are texts of the kernel, so no file is
 * touched and no server is asked. `ino` in fdinfo: Linux 5.14 and later (Documentation/filesystems/proc.rst); before, paths tell.
 */
export const openFiles = (
  pids: readonly number[],
  wanted: WantedFiles,
  end: number,
): Promise<Reading<readonly OpenFile[]>> => {
  const [inodes, paths] = [new Set(wanted.inodes), new Set(wanted.paths)];
  return ofProcesses(pids, end, (pid) => filesOf(pid, inodes, paths, end));
};

/** Files of memory, pipes and sockets have no path; those of the kernel are no volumes. */
const mayBeVolume = (path: string): boolean =>
  path.startsWith('/') && !/^\/(?:proc|sys|dev\/(?:null|zero|u?random|pts\/|shm\/))/.test(path);

function filesOf(
  pid: number,
  inodes: ReadonlySet<number>,
  paths: ReadonlySet<string>,
  end: number,
): readonly OpenFile[] {
  const found = new Map<string, OpenFile>();
  const add = (link: string, inodeOf: () => number): void => {
    const path = link.replace(/ \(deleted\)$/, '');
    if (!mayBeVolume(path)) return;
    // Of a directory not what in it is open, which is somebody’s own.
    const named = [path, ...directoriesOf(path)].find((one) => paths.has(one));
    const inode = named === undefined ? inodeOf() : 0;
    if (named !== undefined || inodes.has(inode)) found.set(`${inode} ${named ?? path}`, [pid, inode, named ?? path]);
  };
  for (const place of ['cwd', 'root']) add(readLinkOf(`/proc/${pid}/${place}`), () => 0);
  const directory = `/proc/${pid}/fd`;
  for (const descriptor of readdirSync(directory)) {
    if (performance.now() > end) break;
    add(readLinkOf(`${directory}/${descriptor}`), () => inodeIn(`/proc/${pid}/fdinfo/${descriptor}`));
  }
  return [...found.values()];
}

/** Above a path, the root left out. */
function directoriesOf(path: string): readonly string[] {
  const directories: string[] = [];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) directories.push(path.slice(0, at));
  return directories;
}

const inodeIn = (path: string): number =>
  orGone(() => Number(/^ino:\s*(\d+)$/m.exec(readFileSync(path, 'latin1'))?.[1] ?? 0), 0);
