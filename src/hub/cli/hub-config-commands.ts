import { placeOf, problemText } from '../../config/given.ts';
import { UsageError } from '../../model/faults.ts';
import { readHubConfig } from '../config/load-hub-config.ts';
import { columns, type HubTerminal } from './hub-terminal.ts';
import type { ConfigOptions } from './with-store.ts';

const WRONG = 78;

async function told(
  problems: Awaited<ReturnType<typeof readHubConfig>>['problems'],
  terminal: HubTerminal,
): Promise<number> {
  for (const problem of problems) await terminal.note(`pve-doctor-hub: ${problemText(problem)}\n`);
  return problems.length > 0 ? WRONG : 0;
}

export async function runConfigShow(options: ConfigOptions, terminal: HubTerminal): Promise<number> {
  const { values, problems } = await readHubConfig(options.config, terminal.host, terminal.env);
  const rows = values.map(({ key, shown, origin }) => [key, shown ?? '-', placeOf(origin)]);
  await terminal.print(columns(['KEY', 'VALUE', 'FROM'], rows));
  return await told(problems, terminal);
}

export async function runConfigCheck(
  file: string | undefined,
  options: ConfigOptions,
  terminal: HubTerminal,
): Promise<number> {
  if (file !== undefined && options.config !== undefined)
    throw new UsageError('config check takes one file: either as its argument or with --config');
  const loaded = await readHubConfig(file ?? options.config, terminal.host, terminal.env);
  const status = await told(loaded.problems, terminal);
  if (status === 0) await terminal.print(`${loaded.path} is right\n`);
  return status;
}
