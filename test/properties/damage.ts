import { type Capture, type CapturedRun, decodeText } from '../../src/model/capture.ts';

/** A capture in which one thing can no longer be seen. */
export interface Damaged {
  readonly what: string;
  readonly capture: Capture;
}

const DENIED = { unreadable: 'denied', detail: 'EACCES: permission denied' } as const;

/** Paths alike but for their numbers (`/proc/N/stat`) are hidden this often at the most. */
const ALIKE = 4;

/** Some of many alike, first and last among them; all where they differ in more than numbers. */
function sampled(paths: readonly string[]): readonly string[] {
  const groups = Map.groupBy(paths, (path) => path.replaceAll(/\d+/g, 'N'));
  return [...groups.values()].flatMap((group) => {
    const stride = Math.max(1, Math.ceil((group.length - 1) / (ALIKE - 1)));
    return group.filter((_, at) => at % stride === 0 || at === group.length - 1);
  });
}

/** One capture for each path (a sample of those alike), in which that path cannot be read. */
export function hidePaths(capture: Capture): readonly Damaged[] {
  const kinds = ['files', 'links', 'stats'] as const;
  const hidden = kinds.flatMap((kind) =>
    sampled(Object.keys(capture[kind] ?? {})).map((path) => ({
      what: `${kind} ${path}`,
      capture: { ...capture, [kind]: { ...capture[kind], [path]: DENIED } },
    })),
  );
  const directories = sampled(allDirectories(capture)).map((path) => ({
    what: `directory ${path}`,
    capture: { ...capture, directories: { ...capture.directories, [path]: DENIED } },
  }));
  const descriptors = { what: 'open descriptors', capture: { ...capture, openBlockDevices: DENIED } };
  return [...hidden, ...directories, descriptors, ...hideMounts(capture)];
}

/** Probes that could not be made or end early, looks that failed, servers that nobody could ask. */
function hideMounts(capture: Capture): readonly Damaged[] {
  const replaced = <K extends 'probes' | 'beneath' | 'servers'>(kind: K, value: NonNullable<Capture[K]>[string]) =>
    Object.keys(capture[kind] ?? {}).map((name) => ({
      what: `${kind} ${name} ${JSON.stringify(value)}`,
      capture: { ...capture, [kind]: { ...capture[kind], [name]: value } },
    }));
  return [
    ...replaced('probes', { outcome: 'not-started' }),
    ...replaced('probes', { outcome: 'killed' }),
    ...replaced('probes', { stdout: '1048576 55' }),
    ...replaced('probes', { stdout: '' }),
    ...replaced('beneath', DENIED),
    ...replaced('servers', { answers: null, detail: 'not asked' }),
  ];
}

function allDirectories(capture: Capture): readonly string[] {
  const found = new Set(Object.keys(capture.directories ?? {}));
  for (const kind of ['files', 'links', 'stats'] as const) {
    for (const path of Object.keys(capture[kind] ?? {})) found.add(path.slice(0, path.lastIndexOf('/')) || '/');
  }
  return [...found];
}

/** One capture for each way in which a command can fail. */
export function failCommands(capture: Capture): readonly Damaged[] {
  const failures: readonly CapturedRun[] = [
    { outcome: 'timed-out' },
    { outcome: 'not-found' },
    { outcome: 'denied' },
    { outcome: 'killed' },
    { exitCode: 5, stderr: ['something went wrong'] },
    { stdout: '' },
    { stdout: { base64: 'AAECA//+/Q==' } },
    { stdout: ['garbage: <script>alert(1)</script>', '\u001b[31mred'] },
  ];
  return Object.keys(capture.commands ?? {}).flatMap((name) =>
    failures.map((failure) => ({
      what: `${name} ${JSON.stringify(failure)}`,
      capture: { ...capture, commands: { ...capture.commands, [name]: failure } },
    })),
  );
}

/** One capture for each place at which a command's output may end: `cuts` line ends and as many mid-line places. */
export function cutCommands(capture: Capture, cuts: number): readonly Damaged[] {
  return Object.entries(capture.commands ?? {}).flatMap(([name, recorded]) => {
    const run = lastRun(recorded);
    const text = decodeText(run.stdout ?? '');
    return places(text, cuts).map((end) => ({
      what: `${name} ends after ${end} of ${text.length} characters`,
      capture: { ...capture, commands: { ...capture.commands, [name]: { ...run, stdout: text.slice(0, end) } } },
    }));
  });
}

const lastRun = (recorded: CapturedRun | readonly CapturedRun[]): CapturedRun =>
  'length' in recorded ? (recorded.at(-1) ?? {}) : recorded;

function places(text: string, count: number): readonly number[] {
  const lineEnds = [...text.matchAll(/\n/g)].map((match) => match.index + 1).filter((end) => end < text.length);
  const stride = Math.max(1, Math.floor(lineEnds.length / count));
  const chosen = lineEnds.filter((_, at) => at % stride === 0);
  return [...new Set([0, ...chosen, ...chosen.map((end) => end + 7).filter((end) => end < text.length)])];
}
