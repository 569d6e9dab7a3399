import type { BeforeReport } from '../../../src/model/before/before-report.ts';
import type { PveLab } from './pve-lab.ts';

/** What is asked first and done then. */
export interface Prediction {
  /** Words of `pve-doctor before`. */
  readonly before: string;
  /** The line of `qm` that does it. */
  readonly line: string;
}

interface Outcome {
  readonly right: number;
  readonly open: number;
}

/**
 * Asks, does, and compares: where something is said to stop it, Proxmox VE has to fail and print one of the texts; where nothing was found
 * and all was looked at, it has to succeed. What was not looked at is no prediction.
 */
export function compare(lab: PveLab, what: string, { before, line }: Prediction): Outcome {
  const report = JSON.parse(lab.doctor('before', ...before.split(' '), '--format', 'json')) as BeforeReport;
  const said = lab.pve(line);
  const failed = /^exit /m.test(said);
  const { stops, notLooked } = report;
  if (stops.length === 0 && notLooked.length > 0) return { right: 0, open: 1 };
  lab.expect(`${what}: ${line}: fails`, failed, stops.length > 0);
  if (!failed || stops.length === 0) return { right: Number(failed === stops.length > 0), open: 0 };
  const isPrinted = stops.some(({ text }) => partsOf(text).every((part) => said.includes(part)));
  lab.expect(`${what}: ${line} prints ${stops.map(({ text }) => text).join(' or ')}`, isPrinted, true);
  return { right: Number(isPrinted), open: 0 };
}

/** What stands for numbers is left out. */
const partsOf = (text: string): readonly string[] =>
  text
    .split('…')
    .map((part) => part.trim())
    .filter((part) => part !== '');

export function compareAll(lab: PveLab, situations: Iterable<readonly [what: string, one: Prediction]>): void {
  const outcomes = [...situations].map(([what, one]) => compare(lab, what, one));
  const sum = (of: (one: Outcome) => number): number => outcomes.reduce((total, one) => total + of(one), 0);
  console.log(
    `predictions: ${sum(({ right }) => right)} right of ${outcomes.length}, ${sum(({ open }) => open)} could not be told`,
  );
}

/** Storages of the lab, with what a disk on each is asked for as. */
export const STORAGES: Readonly<Record<string, string>> = {
  fast: 'fast:0.02',
  thin: 'thin:0.02',
  qcow2: 'local:0.02,format=qcow2',
  raw: 'local:0.02,format=raw',
  chain: 'chain:0.02',
};
