import type { OutboxEntry } from '../model/notify/outbox.ts';
import { type Column, renderColumns } from './columns.ts';
import { counted, instant } from './counted.ts';
import { harmlessJson } from './json.ts';
import type { TextOptions } from './page.ts';
import { printable } from './printable.ts';

const COLUMNS: readonly Column<OutboxEntry>[] = [
  { title: 'ID', isNumber: true, cell: ({ number }) => `${number}` },
  { title: 'TIME', isNumber: false, cell: ({ createdAt }) => printable(instant(createdAt)) },
  { title: 'CHANNEL', isNumber: false, cell: ({ channel }) => printable(channel) },
  { title: 'STATE', isNumber: false, cell: ({ state }) => STATES[state] },
  { title: 'TRIES', isNumber: true, cell: ({ attempts }) => `${attempts}` },
  { title: 'SUBJECT', isNumber: false, cell: ({ subject }) => printable(subject) },
];

const STATES = { pending: 'waits', sent: 'sent', 'given-up': 'given up' } as const;

/** `notify list` for a terminal, newest first; beneath each that failed what its last try met. */
export function renderKeptMessages(
  entries: readonly OutboxEntry[],
  { colour }: Pick<TextOptions, 'width' | 'colour'>,
): string {
  if (entries.length === 0) return 'No message was kept yet.\n';
  const table = renderColumns(COLUMNS, entries, colour, beneath);
  return `${[...table, '', counted(entries.length, 'message')].join('\n')}\n`;
}

function beneath({ lastError, nextAttemptAt }: OutboxEntry): readonly string[] {
  const next = nextAttemptAt === null ? '' : `; not tried before ${instant(nextAttemptAt)}`;
  return lastError === '' ? [] : [`last: ${printable(lastError)}${printable(next)}`];
}

/** `notify list --json`. */
export const renderKeptMessagesJson = (entries: readonly OutboxEntry[]): string => harmlessJson(entries);
