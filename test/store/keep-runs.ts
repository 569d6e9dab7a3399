import { randomBytes } from 'node:crypto';
import { keepRun, keptRuns, lookBack } from '../../src/store/history.ts';
import { BLIND, found, night, report } from './past-reports.ts';

/**
 * A process of its own that keeps runs, for tests that end it, let two of them meet, or take the disk away from it. Prints a
 * JSON line for each run.
 */
const [mode, path = '', tag = ''] = process.argv.slice(2);
const settings = { path, keepDays: 400, isSent: true };
const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

/** Text that does not compress. */
const noise = (bytes: number) => randomBytes(bytes / 2).toString('hex');

/** Every run adds a finding and sees all that were there; none can be resolved, so each is new in exactly one run. */
function keepGrowing(runs: number): void {
  for (let count = 1; count <= runs; count += 1) {
    const findings = Array.from({ length: count }, (_, at) => found('DM010', `device-${at}`));
    const result = keepRun(settings, report({ findings, outcomes: { DM010: BLIND } }));
    const fresh = result.kept ? (result.report.history?.problems ?? []).filter(({ isNew }) => isNew) : [];
    say({
      kept: result.kept,
      because: result.kept ? '' : result.because,
      id: result.kept ? result.run.id : null,
      fresh,
    });
  }
}

/** Reports whose text does not compress, to be sent: for as long as the process lives. */
const large = (tag: string, bytes: number) => report({ findings: [found('DM010', tag)], notSeen: [noise(bytes)] });

function keepForEver(): void {
  for (let count = 0; ; count += 1) {
    const result = keepRun(settings, large(`round-${tag}-${count}`, 20_000));
    if (count === 0) say(result.kept);
  }
}

/** Ends without a word where pages of the transaction are already in the file and its journal is hot. */
function dieHalfway(): void {
  const history = { toJSON: () => process.kill(process.pid, 'SIGKILL') };
  const many = Array.from({ length: 4000 }, (_, at) => found('DM010', `half-${at}-${noise(2000)}`));
  keepRun(settings, { ...report({ findings: many }), ...history });
}

/** Keeps runs until the disk is full, and says what is there then. */
function fillTheDisk(): void {
  for (let count = 0; count < 1000; count += 1) {
    const result = keepRun(settings, large(`${count}`, 2000 * count));
    if (!result.kept) {
      say({ kept: count, because: result.because, back: lookBack(path, report())?.history?.problem });
      return;
    }
  }
}

/** What is kept, as the next run finds it. */
function takeStock(): void {
  const result = keepRun(settings, report({ takenAt: night(28) }));
  say({ kept: result.kept, because: result.kept ? '' : result.because, warnings: result.kept ? result.warnings : [] });
  say({ runs: keptRuns(path, 1000).length });
}

const MODES: Readonly<Record<string, () => void>> = {
  grow: () => keepGrowing(Number(process.argv[5])),
  'for-ever': keepForEver,
  halfway: dieHalfway,
  fill: fillTheDisk,
  stock: takeStock,
};

MODES[mode ?? '']?.();
