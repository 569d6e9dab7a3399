import { checkNode } from '../engine/check-node.ts';
import { EVERYTHING } from '../engine/narrowing.ts';
import { readActor } from '../host/actor.ts';
import { UsageError } from '../model/faults.ts';
import { didYouMean } from '../model/nearest-name.ts';
import type { Acknowledgement } from '../model/report/acknowledgement.ts';
import type { Problem } from '../model/report/problem.ts';
import { acknowledgedWords } from '../render/finding-words.ts';
import { printable } from '../render/printable.ts';
import { readAcknowledgements, writeAcknowledgements } from '../store/acknowledgements.ts';
import { hubAcknowledgements } from '../store/hub-files.ts';
import type { SettingsOptions } from './options.ts';
import { loadSettings } from './settings.ts';
import { openSource } from './source.ts';
import { demandRoot, type Terminal, warn } from './terminal.ts';

interface AcknowledgeOptions extends SettingsOptions {
  readonly until?: string;
  readonly reason?: string;
  readonly list?: boolean;
  readonly remove?: boolean;
}

/** Says of problems that they are known, shows what was said, or takes it back. */
export async function runAcknowledge(
  ids: readonly string[],
  options: AcknowledgeOptions,
  terminal: Terminal,
): Promise<number> {
  demandRoot(terminal, 'acknowledgements are readable for root only');
  const { config } = await loadSettings(options, terminal, 'helpful');
  const directory = config.history.path;
  const kept = await readAcknowledgements(directory);
  if (kept.problem !== '') await warn(terminal, kept.problem);
  const hub = hubAcknowledgements(directory);
  if (hub.problem !== '') await warn(terminal, hub.problem);
  if (options.list === true) return await showList([...kept.list, ...hub.list], terminal);
  if (ids.length === 0)
    throw new UsageError('which problem? `pve-doctor check -v` shows the id of each, --list what is acknowledged');
  if (options.remove === true) return await remove(ids, kept.list, directory, terminal);
  if (options.reason === undefined || options.reason.trim() === '')
    throw new UsageError('why? --reason says it to whoever reads the report next');
  const { host, label } = await openSource({}, terminal);
  const report = await checkNode(host, label, EVERYTHING, config.mounts);
  const said = ids.map((id) => wordAbout(find(id, report.problems), options, report.takenAt, terminal));
  const others = kept.list.filter(({ id }) => !ids.includes(id));
  await writeAcknowledgements(directory, [...others, ...said]);
  for (const one of said) await terminal.stdout.write(`${one.id}: ${acknowledgedWords(one)}\n`);
  return 0;
}

function find(id: string, problems: readonly Problem[]): Problem {
  const problem = problems.find((one) => one.id === id);
  if (problem !== undefined) return problem;
  const known = problems.map((one) => one.id);
  const meant = didYouMean(id, known) ?? '`pve-doctor check -v` shows the id of each';
  throw new UsageError(`this node has no problem ${printable(id)} now: ${meant}`);
}

function wordAbout(
  { id, severity }: Problem,
  { until, reason = '' }: AcknowledgeOptions,
  now: string,
  terminal: Terminal,
): Acknowledgement {
  const { user, sudoUser } = readActor(terminal.env);
  return { id, severity, by: sudoUser ?? user, reason, at: now, until: until === undefined ? null : endOf(until, now) };
}

const DAY_MS = 86_400_000;

/** The end of a span from now, or the beginning of a day, in UTC. Throws UsageError for a day that is over or is none. */
function endOf(until: string, now: string): string {
  const [, count = '', unit = ''] = /^(\d+)([dw])$/.exec(until) ?? [];
  const at =
    count === '' ? Date.parse(`${until}T00:00:00Z`) : Date.parse(now) + Number(count) * (unit === 'w' ? 7 : 1) * DAY_MS;
  if (Number.isNaN(at)) throw new UsageError(`--until ${until}: there is no such day`);
  const end = new Date(at).toISOString();
  if (end <= now) throw new UsageError(`--until ${until} is over`);
  return end;
}

async function showList(list: readonly Acknowledgement[], terminal: Terminal): Promise<number> {
  const lines = list.map((one) => `${printable(one.id)}  ${acknowledgedWords(one)}\n`);
  await terminal.stdout.write(lines.length === 0 ? 'Nothing is acknowledged.\n' : lines.join(''));
  return 0;
}

async function remove(
  ids: readonly string[],
  list: readonly Acknowledgement[],
  directory: string,
  terminal: Terminal,
): Promise<number> {
  const missing = ids.find((id) => !list.some((one) => one.id === id));
  if (missing !== undefined && hubAcknowledgements(directory).list.some(({ id }) => id === missing))
    throw new UsageError(`${printable(missing)} was acknowledged in the hub, and is taken back there`);
  if (missing !== undefined) throw new UsageError(`${printable(missing)} is not acknowledged: --list shows what is`);
  await writeAcknowledgements(
    directory,
    list.filter(({ id }) => !ids.includes(id)),
  );
  for (const id of ids) await terminal.stdout.write(`${printable(id)}: no longer acknowledged\n`);
  return 0;
}
