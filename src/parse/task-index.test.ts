import { describe, expect, it } from 'vitest';
import { parseTaskIndex } from './tasks.ts';

const line = (type: string, id: string, status = 'OK') =>
  `UPID:pve1:0000A1B2:00C3D4E5:65531A00:${type}:${id}:root@pam: 65531A10 ${status}`;

describe('parseTaskIndex', () => {
  it('reads who did what to which guest, when, and how it ended', () => {
    expect(parseTaskIndex(`${line('qmdestroy', '500')}\n`).value).toEqual([
      {
        ...{ node: 'pve1', type: 'qmdestroy', vmids: [500], user: 'root@pam', status: 'OK' },
        startedAt: '2023-11-14T06:56:00.000Z',
        endedAt: '2023-11-14T06:56:16.000Z',
      },
    ]);
  });

  it('keeps what went wrong, and both guests of a move', () => {
    const text = `${line('qmmove', '100-scsi0>101-scsi1', 'command failed: exit code 5')}\n`;
    expect(parseTaskIndex(text).value).toMatchObject([{ vmids: [100, 101], status: 'command failed: exit code 5' }]);
  });

  it.each([
    ['', 'an empty file'],
    [line('aptupdate', ''), 'a task of no guest'],
    [line('qmdestroy', '500').slice(0, 60), 'a line that is cut'],
    ['garbage\0', 'something else'],
  ])('takes nothing from %j, %s', (text) => {
    expect(parseTaskIndex(text).value).toEqual([]);
  });
});
