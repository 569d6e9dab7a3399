import type { Capacity } from '../model/mounts/mounts.ts';
import { wholeNumber } from './complete-lines.ts';

/** What `stat -f` is asked to print. The type comes last: it may hold blanks (`UNKNOWN (0x65735546)`). */
export const STAT_FILESYSTEM_FORMAT = '%S %b %f %a %c %d %T';

/** null where the line is not whole, or where the file system states no size (kernel statfs(2): undefined fields are 0). */
export function parseStatFilesystem(text: string): { readonly capacity: Capacity | null } | null {
  const fields = /^(\d+) (\d+) (\d+) (\d+) (\d+) (\d+) [^\n]+\n$/.exec(text);
  if (!fields) return null;
  const [blockSize, blocks, freeBlocks, availableBlocks, totalInodes, freeInodes] = fields.slice(1).map(wholeNumber);
  if (blockSize == null || blocks == null || freeBlocks == null || availableBlocks == null || blocks === 0)
    return { capacity: null };
  const inodes = totalInodes ?? 0;
  return {
    capacity: {
      totalBytes: blocks * blockSize,
      usedBytes: Math.max(0, blocks - freeBlocks) * blockSize,
      availableBytes: Math.min(availableBlocks, blocks) * blockSize,
      totalInodes: inodes,
      usedInodes: Math.max(0, inodes - (freeInodes ?? 0)),
    },
  };
}
