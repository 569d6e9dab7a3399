import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Channel } from '../model/config/config.ts';
import { UsageError } from '../model/faults.ts';
import { deliver } from '../notify/deliver.ts';
import { testMessage } from '../render/message/compose.ts';
import { printable } from '../render/printable.ts';
import { liveSending } from './notify-sending.ts';
import type { SettingsOptions } from './options.ts';
import { loadSettings } from './settings.ts';
import type { Terminal } from './terminal.ts';

/** Sends a test message to one channel or to all, and shows what each answers. */
export async function runNotifyTest(
  wanted: string | undefined,
  options: SettingsOptions,
  terminal: Terminal,
): Promise<number> {
  const { config, leftOut, file } = await loadSettings(options, terminal, {
    configuration: 'needed',
    isCapture: false,
  });
  const excluded = leftOut.filter(({ name }) => wanted === undefined || name === wanted);
  const reasons = excluded.map(({ name, because }) => `channel ${name}: ${because}`);
  if (reasons.length > 0 && (wanted !== undefined || config.notify.channels.length === 0))
    throw new UsageError(reasons.join('; '));
  for (const reason of reasons) await terminal.stderr.write(`pve-doctor: ${printable(reason)}\n`);
  const channels = chosen(config.notify.channels, wanted, file.path);
  const sending = liveSending();
  const [node = 'localhost'] = hostname().split('.');
  const message = testMessage({ id: randomUUID(), createdAt: sending.now().toISOString(), node });
  // Once: a person who tests wants to see the first answer.
  const all = await Promise.all(
    channels.map(async (channel) => ({
      channel: channel.name,
      delivery: await deliver(channel, message, sending.door),
    })),
  );
  for (const { channel, delivery } of all) {
    const type = channels.find(({ name }) => name === channel)?.type ?? '';
    const said = delivery.state === 'sent' ? `sent. ${delivery.answer}` : `failed. ${delivery.because}`;
    await terminal.stdout.write(`${printable(`${channel} (${type}): ${said}`)}\n`);
  }
  return all.every(({ delivery }) => delivery.state === 'sent') ? 0 : 1;
}

function chosen(channels: readonly Channel[], wanted: string | undefined, path: string): readonly Channel[] {
  if (channels.length === 0)
    throw new UsageError(`no channel is configured in ${path}, so there is nothing to test; see docs/notifications.md`);
  if (wanted === undefined) return channels;
  const one = channels.filter(({ name }) => name === wanted);
  const names = channels.map(({ name }) => name).join(', ');
  if (one.length === 0) throw new UsageError(`there is no channel ${wanted}; the channels are ${names}`);
  return one;
}
