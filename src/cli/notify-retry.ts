import { UsageError } from '../model/faults.ts';
import { deliverPending } from '../notify/deliver-pending.ts';
import { printable } from '../render/printable.ts';
import { openOutbox } from '../store/history.ts';
import { hasHistory } from '../store/history-file.ts';
import { StoreProblem } from '../store/store-problem.ts';
import { inWords } from './notify-run.ts';
import { liveSending } from './notify-sending.ts';
import { loadSettings } from './settings.ts';
import type { SettingsOptions } from './settings-options.ts';
import type { Terminal } from './terminal.ts';

/** Sends a message that was given up once more, and with it what waits. Ends with 1 where it did not go out. */
export async function runNotifyRetry(number: number, options: SettingsOptions, terminal: Terminal): Promise<number> {
  if (!terminal.isRoot) throw new UsageError('kept messages are readable for root only; run it with sudo', 77);
  const { config, leftOut } = await loadSettings(options, terminal, { configuration: 'needed', isCapture: false });
  const sending = liveSending();
  const now = sending.now().toISOString();
  const { path } = config.history;
  const say = (sentence: string) => terminal.stderr.write(`pve-doctor: ${printable(sentence)}\n`);
  try {
    const open = hasHistory(path) ? openOutbox(path, now) : null;
    for (const warning of open?.warnings ?? []) await say(warning);
    const channel = open?.outbox.list(Number.MAX_SAFE_INTEGER).find((entry) => entry.number === number)?.channel;
    const excluded = leftOut.find(({ name }) => name === channel);
    if (excluded !== undefined) {
      open?.close();
      throw new UsageError(`channel ${excluded.name}: ${excluded.because}`);
    }
    if (open?.outbox.tryAgain(number, now) !== true) {
      open?.close();
      throw new UsageError(`message ${number} was not given up; \`pve-doctor notify list\` shows what is kept`);
    }
    const { outcomes, problems } = await deliverPending({
      outbox: open.outbox,
      channels: config.notify.channels,
      leftOut: leftOut.map(({ name }) => name),
      sending,
    });
    open.close();
    for (const problem of problems) await say(problem);
    for (const { channel, delivery, later } of outcomes.map(inWords)) {
      const said = delivery.state === 'sent' ? `sent. ${delivery.answer}` : `failed. ${delivery.because}; ${later}`;
      await terminal.stdout.write(`${printable(`${channel}: ${said}`)}\n`);
    }
    const wasSent = outcomes.some(({ entry, delivery }) => entry.number === number && delivery.state === 'sent');
    return wasSent ? 0 : 1;
  } catch (error) {
    if (error instanceof StoreProblem) throw new UsageError(`kept messages cannot be read: ${error.message}`, 74);
    throw error;
  }
}
