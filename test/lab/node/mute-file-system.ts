/**
 * mute-file-system.ts TARGET: a FUSE file system that takes every request and answers none but the first. Whoever asks
 * it waits and cannot be killed (kernel fs/fuse/dev.c request_wait_answer), as with a broken driver.
 */
import { spawnSync } from 'node:child_process';
import { openSync, readSync, writeSync } from 'node:fs';

const [target = ''] = process.argv.slice(2);
const device = openSync('/dev/fuse', 'r+');
const options = 'fd=3,rootmode=40000,user_id=0,group_id=0,allow_other';
const mounted = spawnSync('mount', ['-i', '-n', '-t', 'fuse.sshfs', '-o', options, 'backup@nas:/films', target], {
  stdio: ['ignore', 'inherit', 'inherit', device],
});
if (mounted.status !== 0) process.exit(1);

const request = Buffer.alloc(2 * 1024 * 1024);
readSync(device, request, 0, request.length, null);
// fuse_out_header, then fuse_init_out of version 7.31 (kernel include/uapi/linux/fuse.h).
const answer = Buffer.alloc(16 + 64);
answer.writeUInt32LE(answer.length, 0);
answer.writeBigUInt64LE(request.readBigUInt64LE(8), 8);
answer.writeUInt32LE(7, 16);
answer.writeUInt32LE(31, 20);
answer.writeUInt32LE(4096, 36);
writeSync(device, answer);
for (;;) readSync(device, request, 0, request.length, null);
