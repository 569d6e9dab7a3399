import { UsageError } from '../model/faults.ts';
import type { Message } from '../model/notify/message.ts';
import type { Outbox, OutboxEntry } from '../model/notify/outbox.ts';
import { renderKeptMessages, renderKeptMessagesJson } from '../render/kept-messages.ts';
import { printable } from '../render/printable.ts';
import { lookIntoOutbox } from '../store/history.ts';
import { StoreProblem } from '../store/store-problem.ts';
import { loadSettings } from './settings.ts';
import type { SettingsOptions } from './settings-options.ts';
import { demandRoot, type Terminal, textWidth, wantsColour } from './terminal.ts';

interface ListOptions extends SettingsOptions {
  readonly limit: number;
  readonly json?: boolean;
}

/** Messages that went out, wait, or were given up. */
export async function runNotifyList(options: ListOptions, terminal: Terminal): Promise<number> {
  const entries = await lookAtKept<readonly OutboxEntry[]>(options, terminal, [], ({ list }) => list(options.limit));
  const look = { width: textWidth(terminal), colour: wantsColour(terminal, 'auto', false) };
  const text = options.json === true ? renderKeptMessagesJson(entries) : renderKeptMessages(entries, look);
  await terminal.stdout.write(text);
  return 0;
}

/** The text of one message, as it was queued. */
export async function runNotifyShow(number: number, options: SettingsOptions, terminal: Terminal): Promise<number> {
  const message = await lookAtKept<Message | null>(options, terminal, null, ({ read }) => read(number));
  if (message === null)
    throw new UsageError(`no message ${number} is kept; \`pve-doctor notify list\` shows those that are`);
  const lines = [`Subject: ${message.subject}`, `Time: ${message.createdAt}`, `Id: ${message.id}`, '', message.text];
  const shown = lines.join('\n').trimEnd().split('\n').map(printable);
  await terminal.stdout.write(`${shown.join('\n')}\n`);
  return 0;
}

/** `none` where nothing was ever kept. Only looks: a database that cannot be used is left for a run that keeps. */
async function lookAtKept<T>(
  options: SettingsOptions,
  terminal: Terminal,
  none: T,
  look: (outbox: Pick<Outbox, 'list' | 'read'>) => T,
): Promise<T> {
  demandRoot(terminal, 'kept messages are readable for root only');
  // Needed: another place than the configured one would show as if nothing was kept.
  const { config } = await loadSettings(options, terminal, { configuration: 'needed', isCapture: false });
  try {
    return lookIntoOutbox(config.history.path, none, look);
  } catch (error) {
    if (error instanceof StoreProblem) throw new UsageError(`kept messages cannot be read: ${error.message}`, 74);
    throw error;
  }
}
