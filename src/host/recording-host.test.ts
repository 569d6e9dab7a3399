import { expect, it } from 'vitest';
import type { Capture } from '../model/capture.ts';
import { redactCapture } from '../redact/redact-capture.ts';
import { memoryHost } from './memory-host.ts';
import { recordingHost } from './recording-host.ts';

const CONFIG = '/etc/pve/nodes/pve1/qemu-server/100.conf';
const FILES = {
  [CONFIG]: 'name: Küche\ncipassword: hunter2hunter2\nscsi0: san:vm-100-disk-0\n',
  '/proc/uptime': '1.0 1.0\n',
};

async function recorded(): Promise<Capture> {
  const { host, capture } = recordingHost(memoryHost({ files: FILES }));
  await host.readFiles([CONFIG, '/proc/uptime', '/etc/fstab']);
  return capture('');
}

const replayed = async (capture: Capture, path = CONFIG) => (await memoryHost(capture).readFiles([path]))[0]?.state;

const cut = (capture: Capture): Capture => ({ ...capture, files: { ...capture.files, [CONFIG]: ['name: Küche'] } });

it('records the size of each file that has one, without its secrets, so that a cut capture is known', async () => {
  const capture = await recorded();
  expect(Object.keys(capture.sizes ?? {})).toEqual([CONFIG]);
  expect(JSON.stringify(capture)).not.toContain('hunter2');
  expect(await replayed(capture)).toBe('known');
  expect(await replayed(capture, '/proc/uptime')).toBe('known');
  expect(await replayed(cut(capture))).toBe('unreadable');
});

it('has sizes that fit when names are replaced, and still tell what was cut', async () => {
  const capture = await recorded();
  const path = (redacted: Capture): string => Object.keys(redacted.sizes ?? {})[0] ?? '';
  const [whole, short] = [redactCapture(capture), redactCapture(cut(capture))];
  expect(await replayed(whole, path(whole))).toBe('known');
  expect(await replayed(short, path(short))).toBe('unreadable');
});
