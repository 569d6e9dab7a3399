import type { LoadedConfig } from '../config/load-config.ts';
import { withAcknowledgements } from '../engine/acknowledge.ts';
import type { Report } from '../model/report/report.ts';
import { printable } from '../render/printable.ts';
import { readAcknowledgements } from '../store/acknowledgements.ts';
import type { Terminal } from './terminal.ts';

/**
 * The report with what was acknowledged on this node, and in its configuration, where that does not know how bad a problem was. A
 * file that counts for nothing is said, in the report too.
 */
export async function withKnown(
  report: Report,
  { config, acknowledged, file }: Pick<LoadedConfig, 'config' | 'acknowledged' | 'file'>,
  terminal: Terminal,
): Promise<Report> {
  const { list, problem } = await readAcknowledgements(config.history.path);
  const configured = acknowledged.map((one) => ({ ...one, severity: 'critical', by: file.path, at: '' }) as const);
  const known = withAcknowledgements(report, [...configured, ...list]);
  if (problem === '') return known;
  await terminal.stderr.write(`pve-doctor: ${printable(problem)}\n`);
  return { ...known, notSeen: [...known.notSeen, problem] };
}
