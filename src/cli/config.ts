import { problemText } from '../config/given.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { UsageError } from '../model/faults.ts';
import { troubleSentence } from '../model/notify/trouble.ts';
import { printable } from '../render/printable.ts';
import { configJson, configText, verdictText } from './config-text.ts';
import type { SettingsOptions } from './options.ts';
import { readSettings } from './settings.ts';
import type { Terminal } from './terminal.ts';

interface ConfigShowOptions extends SettingsOptions {
  readonly format: 'text' | 'json';
}

const WRONG = 78;

/** What counts, and where it comes from. What is wrong is said besides, and ends it with 78. */
export async function runConfigShow(options: ConfigShowOptions, terminal: Terminal): Promise<number> {
  const loaded = await readSettings(options, terminal, false);
  const { problems, warnings, leftOut } = loaded;
  await terminal.stdout.write(options.format === 'json' ? configJson(loaded) : configText(loaded));
  const left = problems.length > 0 ? [] : leftOut.map(({ name, because }) => `channel ${name}: ${because}`);
  for (const sentence of [...warnings, ...left, ...problems.map(problemText)])
    await terminal.stderr.write(`pve-doctor: ${printable(sentence)}\n`);
  return problems.length > 0 ? WRONG : 0;
}

export async function runConfigCheck(
  file: string | undefined,
  options: SettingsOptions,
  terminal: Terminal,
): Promise<number> {
  if (file !== undefined && options.config !== undefined)
    throw new UsageError('config check takes one file: either as its argument or with --config');
  const loaded = await readSettings(file === undefined ? options : { ...options, config: file }, terminal, false);
  for (const warning of loaded.warnings) await terminal.stderr.write(`pve-doctor: ${printable(warning)}\n`);
  await terminal.stdout.write(verdictText(loaded));
  for (const sentence of await deafChannels(loaded)) await terminal.stdout.write(`${printable(sentence)}\n`);
  return loaded.problems.length > 0 ? WRONG : 0;
}

/** Channels that are described as they should be, and that news does not reach all the same. */
async function deafChannels(loaded: LoadedConfig): Promise<readonly string[]> {
  if (loaded.problems.length > 0) return [];
  const { typeOfChannel } = await import('../channels/index.ts');
  const { channelTroubles } = await import('./channel-trouble.ts');
  const unable = loaded.config.notify.channels.flatMap((channel) => {
    const why = typeOfChannel(channel).obstacle(channel);
    return why === null ? [] : [`channel ${channel.name} ${why}`];
  });
  return [...unable, ...channelTroubles(loaded, new Date().toISOString()).map(troubleSentence)];
}
