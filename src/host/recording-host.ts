import {
  byteLength,
  type Capture,
  type CapturedFailure,
  type CapturedNodeAnswer,
  type CapturedProbe,
  type CapturedRun,
  type CapturedStat,
  type CapturedText,
  encodeText,
  isFailure,
} from '../model/capture.ts';
import type { CommandResult } from '../model/command-result.ts';
import type { Beneath, ServerAnswer } from '../model/mounts/mounts.ts';
import { serverKey } from '../model/mounts/remote-filesystems.ts';
import type { Reading } from '../model/reading.ts';
import { cephName } from '../model/volumes/ceph-questions.ts';
import type { CommandName } from './commands.ts';
import { type FileStat, type Host, type ProbeResult, probeName } from './host.ts';
import { linkWithoutSecrets, messageWithoutSecrets, withoutSecrets } from './secrets.ts';

/** A host that answers as the one below it and remembers every answer. */
export interface RecordingHost {
  readonly host: Host;
  /** What was read so far, secrets removed. */
  readonly capture: (note: string) => Capture;
}

export function recordingHost(inner: Host): RecordingHost {
  const commands = new Map<CommandName, CapturedRun[]>();
  const files = new Map<string, CapturedText | CapturedFailure>();
  const directories = new Map<string, readonly string[] | CapturedFailure>();
  const links = new Map<string, string | CapturedFailure>();
  const stats = new Map<string, CapturedStat | CapturedFailure>();
  const nodes = new Map<string, CapturedNodeAnswer>();
  const ceph = new Map<string, CapturedRun>();
  const mounts = recordMounts(inner);
  const single: Pick<
    { -readonly [K in keyof Capture]: Capture[K] },
    'openBlockDevices' | 'openFiles' | 'rootCapacity'
  > = {};
  const host: Host = {
    ...inner,
    run: async (command, kernelNames) => {
      const result = await inner.run(command, kernelNames);
      commands.set(command, [...(commands.get(command) ?? []), captureRun(result)]);
      return result;
    },
    readFiles: (paths) =>
      remember(inner.readFiles(paths), paths, files, (text, path) => encodeText(withoutSecrets(path, text))),
    listDirs: (paths) => remember(inner.listDirs(paths), paths, directories, (names) => names),
    readLinks: (paths) =>
      remember(inner.readLinks(paths), paths, links, (target, path) => linkWithoutSecrets(path, target)),
    stats: (paths) => remember(inner.stats(paths), paths, stats, captureStat),
    ...mounts.methods,
    askCeph: recordCeph(inner.askCeph, ceph),
    askNodes: recordNodes(inner.askNodes, nodes),
    ...recordSingles(inner, single),
  };
  const capture = (note: string): Capture => ({
    format: 'pve-doctor-capture',
    version: 1,
    takenAt: inner.now().toISOString(),
    note,
    commands: sorted(commands),
    files: sorted(files),
    sizes: sizesOf(files),
    directories: sorted(directories),
    links: sorted(links),
    stats: sorted(stats),
    ...single,
    ...mounts.captured(),
    ...(ceph.size === 0 ? {} : { ceph: sorted(ceph) }),
    ...(inner.askNodes === null ? {} : { nodes: sorted(nodes) }),
  });
  return { host, capture };
}

type Singles = Pick<{ -readonly [K in keyof Capture]: Capture[K] }, 'openBlockDevices' | 'openFiles' | 'rootCapacity'>;

const recordSingles = (
  inner: Host,
  single: Singles,
): Pick<Host, 'openBlockDevices' | 'openFiles' | 'rootCapacity'> => ({
  openBlockDevices: async (pids, until) => {
    const reading = await inner.openBlockDevices(pids, until);
    const before = single.openBlockDevices ?? [];
    if (reading.state !== 'absent' && !isFailure(before))
      single.openBlockDevices = entry(reading, (list) => [...before, ...list]);
    return reading;
  },
  openFiles: async (pids, wanted, until) => {
    const reading = await inner.openFiles(pids, wanted, until);
    if (reading.state !== 'absent') single.openFiles = entry(reading, (list) => list);
    return reading;
  },
  rootCapacity: async () => {
    const reading = await inner.rootCapacity();
    if (reading.state !== 'absent') single.rootCapacity = entry(reading, (capacity) => capacity);
    return reading;
  },
});

/**
 * What was read was whole (files.ts), and is recorded without its secrets: the size is that of the record, so that whoever
 * replays it can tell what was cut since. Files of the kernel have none.
 */
function sizesOf(files: ReadonlyMap<string, CapturedText | CapturedFailure>): Record<string, number> {
  const sizes = [...files].flatMap(([path, text]): [string, number][] =>
    isFailure(text) || /^\/(?:proc|sys)\//.test(path) ? [] : [[path, byteLength(text)]],
  );
  return sorted(new Map(sizes));
}

const recordCeph =
  (askCeph: Host['askCeph'], into: Map<string, CapturedRun>): Host['askCeph'] =>
  async (requests) => {
    const results = await askCeph(requests);
    for (const [at, request] of requests.entries()) {
      const result = results[at];
      if (result !== undefined) into.set(cephName(request), captureRun(result));
    }
    return results;
  };

const recordNodes = (askNodes: Host['askNodes'], into: Map<string, CapturedNodeAnswer>): Host['askNodes'] =>
  askNodes &&
  (async (asked) => {
    const answers = await askNodes(asked);
    for (const [at, { name }] of asked.entries()) {
      const answer = answers[at];
      if (answer === undefined) continue;
      const { askedAt, answeredAt, result } = answer;
      into.set(name, { askedAt, answeredAt, run: captureRun(result) });
    }
    return answers;
  });

/** The methods about mounts, and what they answered. */
function recordMounts(inner: Host): {
  readonly methods: Pick<Host, 'probe' | 'lookBeneath' | 'knock'>;
  readonly captured: () => Pick<Capture, 'probes' | 'beneath' | 'servers'>;
} {
  const probes = new Map<string, CapturedProbe>();
  const beneath = new Map<string, Beneath | CapturedFailure>();
  const servers = new Map<string, ServerAnswer>();
  const methods: Pick<Host, 'probe' | 'lookBeneath' | 'knock'> = {
    probe: async (requests) => {
      const results = await inner.probe(requests);
      for (const [at, request] of requests.entries()) {
        const result = results[at];
        if (result !== undefined) probes.set(probeName(request), captureProbe(request.path, result));
      }
      return results;
    },
    lookBeneath: (requests) => {
      const paths = requests.map(({ path }) => path);
      return remember(inner.lookBeneath(requests), paths, beneath, (seen) => seen);
    },
    knock: async (list, deadlineMs) => {
      const answers = await inner.knock(list, deadlineMs);
      for (const [at, server] of list.entries()) {
        const answer = answers[at];
        if (answer !== undefined)
          servers.set(serverKey(server), { ...answer, detail: messageWithoutSecrets(answer.detail) });
      }
      return answers;
    },
  };
  const captured = () => ({ probes: sorted(probes), beneath: sorted(beneath), servers: sorted(servers) });
  return { methods, captured };
}

type Present<T> = Exclude<Reading<T>, { state: 'absent' }>;

const entry = <T, C>(reading: Present<T>, encode: (value: T) => C): C | CapturedFailure =>
  reading.state === 'known'
    ? encode(reading.value)
    : { unreadable: reading.problem.kind, detail: messageWithoutSecrets(reading.problem.detail) };

async function remember<T, C>(
  answers: Promise<readonly Reading<T>[]>,
  paths: readonly string[],
  into: Map<string, C | CapturedFailure>,
  encode: (value: T, path: string) => C,
): Promise<readonly Reading<T>[]> {
  const readings = await answers;
  for (const [at, path] of paths.entries()) {
    const reading = readings[at];
    if (reading === undefined || reading.state === 'absent') continue;
    into.set(
      path,
      entry(reading, (value) => encode(value, path)),
    );
  }
  return readings;
}

const captureRun = (result: CommandResult): CapturedRun => ({
  argv: result.argv,
  outcome: result.outcome,
  ...(result.exitCode === null ? {} : { exitCode: result.exitCode }),
  stdout: encodeText(result.stdout),
  stderr: encodeText(messageWithoutSecrets(result.stderr)),
  ...(result.truncated ? { truncated: true } : {}),
  durationMs: Math.round(result.durationMs),
});

const captureProbe = (path: string, result: ProbeResult): CapturedProbe => ({
  outcome: result.outcome,
  ...(result.exitCode === null ? {} : { exitCode: result.exitCode }),
  stdout: encodeText(withoutSecrets(path, result.stdout)),
  stderr: encodeText(messageWithoutSecrets(result.stderr)),
  durationMs: result.durationMs,
  ...(result.leftBehind === null ? {} : { leftBehind: result.leftBehind }),
});

const captureStat = (stat: FileStat): CapturedStat => ({
  mode: stat.mode.toString(8),
  inode: stat.inode,
  device: stat.device,
  modifiedMs: stat.modifiedMs,
});

const sorted = <V>(map: ReadonlyMap<string, V>): Record<string, V> =>
  Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
