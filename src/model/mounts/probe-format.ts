/**
 * What a probe asks `stat -f` for: block size; blocks in all, free and available; inodes in all and free; type of the file
 * system (coreutils stat(1)). No other program has it in its arguments, so a probe that hangs is told by it.
 */
export const PROBE_FORMAT = '%S %b %f %a %c %d %T';
