import type { Severity } from '../model/finding.ts';
import type { Harm } from '../model/harm.ts';

/** How bad a harm is: while a guest that runs is hit, and otherwise. */
interface Row {
  readonly running: Severity;
  readonly otherwise: Severity;
}

/**
 * The only place that says how bad something is. A guest that runs and is without its data, or about to lose it, is critical, and the
 * node itself is no less; what fails next time, or is one failure away, is a warning; the rest can wait.
 */
export const SEVERITY_OF: Readonly<Record<Harm, Row>> = {
  corruption: { running: 'critical', otherwise: 'critical' },
  data: { running: 'critical', otherwise: 'warning' },
  operation: { running: 'warning', otherwise: 'warning' },
  redundancy: { running: 'warning', otherwise: 'warning' },
  room: { running: 'warning', otherwise: 'warning' },
  housekeeping: { running: 'notice', otherwise: 'notice' },
  'no-sight': { running: 'critical', otherwise: 'critical' },
  'less-sight': { running: 'warning', otherwise: 'warning' },
};

export const severityOf = (harm: Harm, isRunning: boolean): Severity =>
  SEVERITY_OF[harm][isRunning ? 'running' : 'otherwise'];
