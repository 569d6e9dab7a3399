import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { processFields } from './process-fields.ts';

/**
 * Probes that could not be killed, remembered over runs, so that a dead file system has one waiting process and not one
 * more with each check. It is a note in /run and nothing else that a check ever writes (docs/decisions/0010); the file
 * is there only while such a process is.
 */
export interface RememberedProbe {
  /** What was asked: a superblock, or a path. */
  readonly key: string;
  readonly pid: number;
  /** Start time in clock ticks: a later process of the same number is another one. */
  readonly startTicks: number;
  /** ISO 8601. */
  readonly since: string;
}

export const REGISTER_FILE = '/run/pve-doctor/probes.json';

/** Remembered probes that are still there. Those that have ended are forgotten. */
export function livingProbes(file: string): readonly RememberedProbe[] {
  const remembered = readRegister(file);
  const living = remembered.filter(({ pid, startTicks }) => startTicksOf(pid) === startTicks);
  if (living.length < remembered.length) writeRegister(file, living);
  return living;
}

export function remember(file: string, found: readonly Omit<RememberedProbe, 'startTicks'>[]): void {
  const added = found.flatMap((probe) => {
    const startTicks = startTicksOf(probe.pid);
    return startTicks === null ? [] : [{ ...probe, startTicks }];
  });
  // Read again: another run may have left something behind meanwhile.
  if (added.length > 0) writeRegister(file, [...livingProbes(file), ...added]);
}

/** Field 22 of /proc/<pid>/stat; null where no such process is. A zombie holds nothing: it waits for its parent only. */
export function startTicksOf(pid: number): number | null {
  const fields = processFields(pid);
  return fields[0] === undefined || fields[0] === 'Z' || fields[0] === 'X' ? null : Number(fields[19]);
}

function readRegister(file: string): readonly RememberedProbe[] {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(value) ? value.filter(isRemembered) : [];
  } catch {
    return [];
  }
}

const isRemembered = (value: unknown): value is RememberedProbe => {
  const probe = value as Partial<RememberedProbe> | null;
  return (
    typeof probe?.key === 'string' &&
    Number.isInteger(probe.pid) &&
    Number.isInteger(probe.startTicks) &&
    typeof probe.since === 'string'
  );
};

/** A register that cannot be written costs a second probe later; it never stops a check. */
function writeRegister(file: string, probes: readonly RememberedProbe[]): void {
  try {
    if (probes.length === 0) {
      rmSync(file, { force: true });
      return;
    }
    mkdirSync(file.slice(0, file.lastIndexOf('/')), { recursive: true, mode: 0o700 });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(probes)}\n`, { mode: 0o600 });
    renameSync(draft, file);
  } catch {
    // See above.
  }
}
