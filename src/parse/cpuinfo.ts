import { hasLostBytes } from '../model/believable.ts';
import type { Parsed } from '../model/reading.ts';
import { completeLines } from './complete-lines.ts';

export interface Cpu {
  /** `model name` of the first processor; null on machines that do not state one. */
  readonly model: string | null;
  readonly count: number;
}

/** /proc/cpuinfo: one block of `key<tab>: value` lines for each processor (kernel arch/x86/kernel/cpu/proc.c). */
export function parseCpuinfo(text: string): Parsed<Cpu> {
  const { value: lines, problems } = completeLines(text);
  const count = lines.filter((line) => /^processor\s*:/.test(line)).length;
  const model = lines.find((line) => /^model name\s*:/.test(line));
  const name = model?.slice(model.indexOf(':') + 1).trim();
  return { value: { model: name === undefined || name === '' || hasLostBytes(name) ? null : name, count }, problems };
}
