import { StringDecoder } from 'node:string_decoder';
import type { Beneath } from '../model/mounts/mounts.ts';
import { absent, known, type Reading, unreadable } from '../model/reading.ts';
import { type GuardedCommand, type GuardedResult, runGuarded } from './guarded-child.ts';
import type { BeneathRequest } from './host.ts';
import { WALK_DIRECTORIES } from './walk-directories.ts';

const DEADLINE_MS = 4000;

/** More for each directory: the first look at one may have to read the disk. */
const EACH_MS = 20;

const MAX_FILES = 100_000;

/** How much is in directories: those of the node's file systems in one mount namespace, those of containers without one. */
export async function lookBeneath(requests: readonly BeneathRequest[]): Promise<readonly Reading<Beneath>[]> {
  const isInside = ({ bindFrom }: BeneathRequest): boolean => bindFrom === null;
  const [inside, beneath] = [requests.filter(isInside), requests.filter((request) => !isInside(request))];
  const [seenInside, seenBeneath] = await Promise.all([
    lookTogether(inside, []),
    lookTogether(beneath, ['unshare', '-m', '--propagation', 'private']),
  ]);
  const seen = new Map([...seenInside, ...seenBeneath]);
  return requests.map((request) => seen.get(request) ?? notLooked(request, 'failed', 'could not be looked into'));
}

type Answers = ReadonlyMap<BeneathRequest, Reading<Beneath>>;

async function lookTogether(requests: readonly BeneathRequest[], within: readonly string[]): Promise<Answers> {
  if (requests.length === 0) return new Map();
  const groups = [...Map.groupBy(requests, ({ bindFrom, root }) => bindFrom ?? root).values()];
  const records = lastRecords();
  const result = await runGuarded({
    argv: commandOf(groups, within),
    deadlineMs: DEADLINE_MS + EACH_MS * requests.length,
    onOutput: records.take,
  });
  return new Map(groups.flat().map((request, at) => [request, readingOf(request, records.of(at), result)]));
}

function commandOf(groups: readonly (readonly BeneathRequest[])[], within: readonly string[]): GuardedCommand['argv'] {
  const words = groups.flatMap((group) => {
    const [{ bindFrom, root } = { bindFrom: null, root: '/' }] = group;
    const from = bindFrom ?? root;
    return [
      bindFrom === null ? 'root' : 'bind',
      from,
      `${group.length}`,
      ...group.map(({ path }) => below(path, from)),
    ];
  });
  const [program, ...rest] = [...within, 'perl', '-e', WALK_DIRECTORIES, '--', `${MAX_FILES}`, ...words];
  return [program ?? 'perl', ...rest];
}

/** The path from where the walk starts. */
const below = (path: string, from: string): string => path.slice(from === '/' ? 0 : from.length);

/** What was said last of a look. */
interface Said {
  readonly state: string;
  readonly beneath: Beneath;
  /** Why not all of it could be read; empty where nothing says so. */
  readonly reason: string;
}

const NOTHING_SAID: Said = {
  state: '',
  beneath: { files: 0, bytes: 0, newestPath: '', newestAt: '', complete: false },
  reason: '',
};

function readingOf(request: BeneathRequest, { state, beneath, reason }: Said, result: GuardedResult): Reading<Beneath> {
  const complete = state === 'd' && reason === '';
  if (complete || beneath.files > 0) return known({ ...beneath, complete });
  if (state === '-') return absent(`${request.path} does not exist`);
  if (reason !== '') return notLooked(request, 'failed', reason);
  if (result.outcome === 'timed-out')
    return notLooked(
      request,
      'timed-out',
      `it was not walked through within ${Math.round(result.durationMs / 1000)} s`,
    );
  return notLooked(request, 'failed', result.stderr.trim().split('\n')[0] || 'could not be looked into');
}

const notLooked = ({ path }: BeneathRequest, kind: 'failed' | 'timed-out', detail: string) =>
  unreadable({ kind, source: path, detail });

/** Takes records as they come; a directory of any size takes no memory. */
function lastRecords() {
  const decoder = new StringDecoder('utf8');
  const said = new Map<number, Said>();
  let rest = '';
  const take = (chunk: Buffer): boolean => {
    const lines = (rest + decoder.write(chunk)).split('\0');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [, number = '', state = '', text = ''] = /^(\d+) ([-dpx])(?: ([\s\S]*))?$/.exec(line) ?? [];
      const before = said.get(Number(number)) ?? NOTHING_SAID;
      if (state === 'x') said.set(Number(number), { ...before, reason: text });
      else if (state !== '') said.set(Number(number), { ...before, state, beneath: beneathOf(text) });
    }
    return false;
  };
  return { take, of: (at: number): Said => said.get(at) ?? NOTHING_SAID };
}

function beneathOf(text: string): Beneath {
  const [, files = '0', bytes = '0', modified = '0', newestPath = ''] =
    /^(\d+) (\d+) (-?\d+) ([\s\S]*)$/.exec(text) ?? [];
  const time = new Date(Number(modified) * 1000);
  // A file system may keep any number.
  const newestAt = Number(files) === 0 || Number.isNaN(time.getTime()) ? '' : time.toISOString();
  return { files: Number(files), bytes: Number(bytes), newestPath, newestAt, complete: false };
}
