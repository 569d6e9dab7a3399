import { expect, it } from 'vitest';
import { decodeText } from '../model/capture.ts';
import { redactCephRun } from './ceph.ts';
import { tokenBook } from './token-book.ts';

it('whether an image is a copy of another cluster’s stays, and nothing else of its mirroring', () => {
  const stdout = '{"name":"mine","size":1,"mirroring":{"mode":"snapshot","global_id":"7c","primary":false}}';
  const run = redactCephRun(tokenBook(stdout), 'pool rbd info vm-100-disk-0', { stdout });
  expect(JSON.parse(decodeText(run.stdout ?? ''))).toEqual({ size: 1, mirroring: { primary: false } });
});
