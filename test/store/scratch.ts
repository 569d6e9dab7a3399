import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Memory where there is some: what is tested is not how fast a disk flushes. */
const PARENT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const made: string[] = [];

export function scratchDirectory(): string {
  const path = mkdtempSync(join(PARENT, 'pve-doctor-store-'));
  made.push(path);
  return path;
}

export function removeScratch(): void {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
}
