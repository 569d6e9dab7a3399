import { randomBytes } from 'node:crypto';
import { keepRun, lookBack, openOutbox } from '../../src/store/history.ts';
import { BLIND, found, message, night, report } from './past-reports.ts';

/**
 * A process of its own that keeps runs, for tests that end it, let two of them meet, or take the disk away from it. Prints a
 * JSON line for each run.
 */
const [mode, path = '', tag = ''] = process.argv.slice(2);
const settings = { path, keepDays: 400 };
const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

/** Text that does not compress. */
const noise = (bytes: number) => randomBytes(bytes / 2).toString('hex');

/** Every run adds a finding and sees all that were there; none can be resolved, so each is new in exactly one run. */
function keepGrowing(runs: number): void {
  for (let count = 1; count <= runs; count += 1) {
    const findings = Array.from({ length: count }, (_, at) => found('DM010', `device-${at}`));
    const result = keepRun(settings, report({ findings, outcomes: { DM010: BLIND } }), ({ run, channel }) => {
      const { fresh } = channel('mail').change;
      const text = JSON.stringify(fresh.map(({ subject }) => subject.id));
      const news = { channel: 'mail', message: message(`${tag}-${run.id}`, { text }) };
      return fresh.length === 0 ? { messages: [], upToDate: ['mail'] } : { messages: [news], upToDate: [] };
    });
    const fresh = result.kept ? (result.report.history?.findings ?? []).filter(({ isNew }) => isNew) : [];
    say({
      kept: result.kept,
      because: result.kept ? '' : result.because,
      id: result.kept ? result.run.id : null,
      fresh,
    });
  }
}

/** Runs that all look alike: three findings that come, three that go, one message each; for as long as the process lives. */
function keepForEver(): void {
  for (let count = 0; ; count += 1) {
    const findings = [0, 1, 2].map((at) => found('DM010', `round-${tag}-${count}-${at}`));
    const html = noise(2000);
    const result = keepRun(settings, report({ findings }), ({ run }) => ({
      messages: [{ channel: 'mail', message: message(`${tag}-${run.id}`, { html }) }],
      upToDate: [],
    }));
    if (count === 0) say(result.kept);
  }
}

/** Ends without a word where pages of the transaction are already in the file and its journal is hot. */
function dieHalfway(): void {
  const die = { toJSON: () => process.kill(process.pid, 'SIGKILL') };
  keepRun(settings, report({ findings: [found('DM010', 'half')] }), () => ({
    messages: [
      ...Array.from({ length: 8 }, (_, at) => ({
        channel: 'mail',
        message: message(`big-${at}`, { html: noise(2_000_000) }),
      })),
      { channel: 'mail', message: { ...message('last'), ...die } },
    ],
    upToDate: [],
  }));
}

/** Keeps runs with messages until the disk is full, and says what is there then. */
function fillTheDisk(): void {
  for (let count = 0; count < 1000; count += 1) {
    const result = keepRun(settings, report({ findings: [found('DM010', 'a')] }), ({ run }) => ({
      messages: [{ channel: 'mail', message: message(`${run.id}`, { html: noise(20_000) }) }],
      upToDate: [],
    }));
    if (!result.kept) {
      say({ kept: count, because: result.because, back: lookBack(path, report())?.problem });
      return;
    }
  }
}

/** What is kept, as the next run finds it. */
function takeStock(): void {
  const result = keepRun(settings, report({ takenAt: night(28) }));
  const open = openOutbox(path, night(28));
  say({ kept: result.kept, because: result.kept ? '' : result.because, warnings: result.kept ? result.warnings : [] });
  say({ messages: open.outbox.list(1000).length });
  open.close();
}

const MODES: Readonly<Record<string, () => void>> = {
  grow: () => keepGrowing(Number(process.argv[5])),
  'for-ever': keepForEver,
  halfway: dieHalfway,
  fill: fillTheDisk,
  stock: takeStock,
};

MODES[mode ?? '']?.();
