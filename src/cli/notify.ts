import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { separately } from '../channels/index.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { readClusterState } from '../engine/cluster-state.ts';
import type { Channel } from '../model/config/config.ts';
import { UsageError } from '../model/faults.ts';
import type { ChannelRecord } from '../model/notify/channel-record.ts';
import { deliver, liveSending } from '../notify/deliver.ts';
import { withDefault } from '../notify/policy.ts';
import { type Column, renderColumns } from '../render/columns.ts';
import { instant } from '../render/counted.ts';
import { jsonText } from '../render/json.ts';
import { testMessage } from '../render/message/compose.ts';
import { printable } from '../render/printable.ts';
import { channelRecords } from '../store/channels.ts';
import { hasHistory } from '../store/history-file.ts';
import { type Telling, tellInCluster } from './cluster-mail.ts';
import { type SendingResult, tellAll } from './notify-run.ts';
import type { SettingsOptions } from './options.ts';
import { readHistory } from './past-runs.ts';
import { loadSettings } from './settings.ts';
import { openSource } from './source.ts';
import { demandRoot, type Terminal, wantsColour, warn } from './terminal.ts';

/** Sends a test message to one channel or to all, and shows what each answers. */
export async function runNotifyTest(
  wanted: string | undefined,
  options: SettingsOptions,
  terminal: Terminal,
): Promise<number> {
  const { config, leftOut, file } = await loadSettings(options, terminal, 'needed');
  const asked = await (await import('./hub-channels.ts')).askHubs(config.history.path, wanted);
  for (const { line } of asked) await terminal.stdout.write(`${line}\n`);
  const isWell = asked.every(({ isKnown }) => isKnown);
  if (asked.length > 0 && (wanted !== undefined || config.notify.channels.length === 0)) return isWell ? 0 : 1;
  const excluded = leftOut.filter(({ name }) => wanted === undefined || name === wanted);
  const reasons = excluded.map(({ name, because }) => `channel ${name}: ${because}`);
  if (reasons.length > 0 && (wanted !== undefined || config.notify.channels.length === 0))
    throw new UsageError(reasons.join('; '));
  for (const reason of reasons) await warn(terminal, reason);
  const channels = chosen(config.notify.channels, wanted, file.path);
  const sending = liveSending();
  const [node = 'localhost'] = hostname().split('.');
  const message = testMessage({ id: randomUUID(), createdAt: sending.now().toISOString(), node });
  // Once: a person who tests wants to see the first answer.
  const all = await Promise.all(
    channels.map(async (channel) => ({
      channel: channel.name,
      delivery: await deliver(channel, message, sending.client),
    })),
  );
  for (const { channel, delivery } of all) {
    const type = channels.find(({ name }) => name === channel)?.type ?? '';
    const said = delivery.state === 'sent' ? `sent. ${delivery.answer}` : `failed. ${delivery.because}`;
    await terminal.stdout.write(`${printable(`${channel} (${type}): ${said}`)}\n`);
  }
  return isWell && all.every(({ delivery }) => delivery.state === 'sent') ? 0 : 1;
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

interface ListOptions extends SettingsOptions {
  readonly json?: boolean;
}

export interface Line {
  readonly channel: string;
  /** null: of a channel that nobody describes any more. */
  readonly policy: string | null;
  /** When it last took a message. */
  readonly sentAt: string | null;
  readonly waitingSince: string | null;
  readonly attempts: number;
  readonly error: string;
}

const COLUMNS: readonly Column<Line>[] = [
  { title: 'CHANNEL', isNumber: false, cell: ({ channel }) => printable(channel) },
  { title: 'POLICY', isNumber: false, cell: ({ policy }) => policy ?? 'not configured' },
  {
    title: 'LAST HEARD',
    isNumber: false,
    cell: ({ sentAt }) => (sentAt === null ? 'nothing yet' : printable(instant(sentAt))),
  },
  {
    title: 'WAITS SINCE',
    isNumber: false,
    cell: ({ waitingSince }) => (waitingSince === null ? '-' : printable(instant(waitingSince))),
  },
  { title: 'TRIES', isNumber: true, cell: ({ attempts }) => `${attempts}` },
];

/** When each channel took its last message, and what waits for it. Only looks. */
export async function runNotifyList(options: ListOptions, terminal: Terminal): Promise<number> {
  demandRoot(terminal, 'what channels were told is readable for root only');
  // Needed: another place than the configured one would show as if nobody had got a message.
  const { config } = await loadSettings(options, terminal, 'needed');
  const records = recordsIn(config.history.path);
  const policies = new Map(separately(config.notify.channels).map(({ name, policy }) => [name, policy]));
  const names = [...new Set([...policies.keys(), ...records.keys()])].sort();
  const channels = names.map((name) => lineOf(name, policies.get(name) ?? null, records.get(name)));
  const lines = [...channels, ...(await import('./hub-channels.ts')).hubLines(config.history.path)];
  if (options.json === true) await terminal.stdout.write(jsonText(lines));
  else if (lines.length === 0) await terminal.stdout.write('No channel is configured, and none was told anything.\n');
  else {
    const beneath = ({ error }: Line) => (error === '' ? [] : [`last: ${printable(error)}`]);
    const table = renderColumns(COLUMNS, lines, wantsColour(terminal, 'auto', false), beneath);
    await terminal.stdout.write(`${table.join('\n')}\n`);
  }
  return 0;
}

const lineOf = (channel: string, policy: string | null, record: ChannelRecord | undefined): Line => ({
  channel,
  policy,
  sentAt: record?.sentAt ?? null,
  waitingSince: record?.waiting?.since ?? null,
  attempts: record?.waiting?.attempts ?? 0,
  error: record?.waiting?.error ?? '',
});

const recordsIn = (path: string): ReadonlyMap<string, ChannelRecord> => readHistory(() => channelRecords(path));

/** What the retry timer runs: sends what waits, and digests whose hour has come. Ends with 75 where something still waits. */
export async function runNotifySend(options: SettingsOptions, terminal: Terminal): Promise<number> {
  demandRoot(terminal, 'what waits is readable for root only');
  const loaded = await loadSettings(options, terminal, 'helpful');
  const { config, leftOut } = loaded;
  const { history } = config;
  if (!hasHistory(history.path)) return 0;
  // Only a run of a node sends messages to root.
  const notify = withDefault(config.notify, recordsIn(history.path).has('root'), leftOut);
  if (notify.channels.length === 0) return 0;
  const { sent, failed } = await tellAgain({ path: history.path, settings: notify, cause: 'retry' }, loaded, terminal);
  await terminal.stdout.write(sent.map((line) => `sent to ${printable(line)}\n`).join(''));
  return failed.length > 0 ? 75 : 0;
}

/** In a cluster the node that sends looks at what all of them published, without looking at itself. */
async function tellAgain(telling: Telling, loaded: LoadedConfig, terminal: Terminal): Promise<SendingResult> {
  const { path, settings, cause } = telling;
  const { mayBeInCluster, publishMail } = await import('./publish.ts');
  const state = mayBeInCluster() ? await readClusterState((await openSource({}, terminal)).host) : null;
  if (state === null) return await tellAll(path, { settings, cause }, terminal);
  const result = await tellInCluster(state, telling, terminal);
  await publishMail(state, loaded);
  return result;
}
