import {
  byteLength,
  type Capture,
  type CapturedCapacity,
  type CapturedFailure,
  type CapturedNodeAnswer,
  type CapturedProbe,
  type CapturedRun,
  type CapturedStat,
  decodeText,
  isFailure,
} from '../model/capture.ts';
import type { CommandResult } from '../model/command-result.ts';
import { serverKey } from '../model/mounts/remote-filesystems.ts';
import { absent, known, type ProblemKind, type Reading, unreadable } from '../model/reading.ts';
import { type CephRequest, cephName } from '../model/volumes/ceph-questions.ts';
import { cephCommand } from './ceph.ts';
import { COMMANDS, type CommandName } from './commands.ts';
import { type FileStat, type Host, NOT_RECORDED, type NodeAnswer, type ProbeResult, probeName } from './host.ts';

/** A capture without its head, for tests. */
export type HostContents = Omit<Capture, 'format' | 'version' | 'takenAt'> & { readonly takenAt?: string };

/** A node that exists in memory only: a replayed capture, or what a test makes up. Nothing waits. */
export function memoryHost(contents: HostContents): Host {
  const children = directoryIndex(contents);
  const runs = new Map<CommandName, number>();
  const takenAt = new Date(contents.takenAt ?? '2026-01-01T00:00:00.000Z');
  return {
    run: async (command) => {
      const turn = runs.get(command) ?? 0;
      runs.set(command, turn + 1);
      return replayRun(command, contents.commands?.[command], turn);
    },
    readFiles: async (paths) => paths.map((path) => replayFile(path, contents)),
    listDirs: async (paths) => paths.map((path) => listing(path, contents, children)),
    readLinks: async (paths) => paths.map((path) => replay(path, contents.links?.[path], (target) => target)),
    stats: async (paths) => paths.map((path) => replay(path, contents.stats?.[path], decodeStat)),
    openBlockDevices: async () =>
      contents.openBlockDevices === undefined
        ? absent('not recorded')
        : replay('/proc/*/fd', contents.openBlockDevices, (list) => list),
    openFiles: async () =>
      contents.openFiles === undefined
        ? absent(NOT_RECORDED)
        : replay('/proc/*/fd', contents.openFiles, (list) => list),
    rootCapacity: async () => replay<CapturedCapacity, CapturedCapacity>('/', contents.rootCapacity, (c) => c),
    probe: async (requests) => requests.map((request) => replayProbe(contents.probes?.[probeName(request)])),
    lookBeneath: async (requests) => requests.map(({ path }) => replay(path, contents.beneath?.[path], (seen) => seen)),
    knock: async (servers) =>
      servers.map((server) => contents.servers?.[serverKey(server)] ?? { answers: null, detail: 'not recorded' }),
    askCeph: async (requests) => requests.map((request) => replayCeph(request, contents)),
    askNodes:
      contents.nodes === undefined
        ? null
        : async (nodes) => nodes.map(({ name }) => replayAnswer(contents.nodes?.[name], takenAt.toISOString())),
    now: () => takenAt,
    elapsedMs: () => 0,
    pause: async () => undefined,
  };
}

function replay<C extends object | string, T>(
  path: string,
  entry: C | CapturedFailure | undefined,
  decode: (content: C) => T,
): Reading<T> {
  if (entry === undefined) return absent(`${path} does not exist`);
  if (isFailure(entry)) return failure(path, entry.unreadable, entry.detail);
  return known(decode(entry));
}

/** As a live host says it of a file of which fewer bytes could be read than it has. */
function replayFile(path: string, { files, sizes }: HostContents): Reading<string> {
  const content = files?.[path];
  const size = sizes?.[path];
  if (content === undefined || isFailure(content) || size === undefined || byteLength(content) === size)
    return replay(path, content, decodeText);
  return failure(path, 'truncated', `${byteLength(content)} bytes of ${size} were read`);
}

const failure = (source: string, kind: ProblemKind, detail: string | undefined) =>
  unreadable({ kind, source, detail: detail ?? kind });

const decodeStat = (stat: CapturedStat): FileStat => ({
  mode: Number.parseInt(stat.mode, 8),
  inode: stat.inode ?? 0,
  device: stat.device ?? '0:0',
  modifiedMs: stat.modifiedMs ?? 0,
});

function listing(
  path: string,
  contents: HostContents,
  children: ReadonlyMap<string, ReadonlySet<string>>,
): Reading<readonly string[]> {
  const recorded = contents.directories?.[path];
  if (recorded !== undefined) return replay(path, recorded, (names) => [...names].sort());
  const derived = children.get(path);
  return derived === undefined ? absent(`${path} does not exist`) : known([...derived].sort());
}

/** Every directory that a recorded path implies, with the names in it. */
function directoryIndex(contents: HostContents): Map<string, Set<string>> {
  const children = new Map<string, Set<string>>();
  const sources = [contents.files, contents.directories, contents.links, contents.stats];
  for (const path of sources.flatMap((source) => Object.keys(source ?? {}))) {
    let at = path;
    while (at !== '/' && at !== '') {
      const cut = at.lastIndexOf('/');
      const parent = cut === 0 ? '/' : at.slice(0, cut);
      const names = children.get(parent) ?? new Set<string>();
      const name = at.slice(cut + 1);
      if (names.has(name)) break;
      children.set(parent, names.add(name));
      at = parent;
    }
  }
  return children;
}

/** As a probe that is not recorded: nobody could start it. */
function replayCeph(request: CephRequest, { ceph }: HostContents): CommandResult {
  const recorded = ceph?.[cephName(request)] ?? { outcome: 'failed' as const, stderr: NOT_RECORDED };
  return resultOf(cephCommand(request).argv, recorded);
}

function replayAnswer(recorded: CapturedNodeAnswer | undefined, takenAt: string): NodeAnswer {
  const run = recorded?.run ?? { outcome: 'not-found' as const };
  const { askedAt = takenAt, answeredAt = takenAt } = recorded ?? {};
  return { askedAt, answeredAt, result: resultOf(['ssh'], run) };
}

/** A probe that is not recorded is one that nobody could start: never an answer. */
function replayProbe(recorded: CapturedProbe | undefined): ProbeResult {
  const outcome = recorded === undefined ? 'not-started' : (recorded.outcome ?? 'exited');
  return {
    outcome,
    exitCode: outcome === 'exited' ? (recorded?.exitCode ?? 0) : null,
    stdout: decodeText(recorded?.stdout ?? ''),
    stderr: decodeText(recorded?.stderr ?? (recorded === undefined ? NOT_RECORDED : '')),
    durationMs: recorded?.durationMs ?? 0,
    leftBehind: recorded?.leftBehind ?? null,
  };
}

function replayRun(
  command: CommandName,
  recorded: CapturedRun | readonly CapturedRun[] | undefined,
  turn: number,
): CommandResult {
  const argv = COMMANDS[command].argv;
  const runs = recorded === undefined ? [] : 'length' in recorded ? recorded : [recorded];
  return resultOf(argv, runs[Math.min(turn, runs.length - 1)] ?? { outcome: 'not-found' as const });
}

function resultOf(argv: readonly string[], run: CapturedRun): CommandResult {
  const outcome = run.outcome ?? 'exited';
  return {
    argv: run.argv ?? argv,
    outcome,
    exitCode: outcome === 'exited' ? (run.exitCode ?? 0) : null,
    stdout: decodeText(run.stdout ?? ''),
    stderr: decodeText(run.stderr ?? ''),
    truncated: run.truncated ?? false,
    durationMs: run.durationMs ?? 0,
  };
}
