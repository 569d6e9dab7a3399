import {
  byteLength,
  type Capture,
  type CapturedFailure,
  type CapturedMember,
  type CapturedProbe,
  type CapturedRun,
  type CapturedText,
  decodeText,
  encodeText,
  isFailure,
  type NodeCapture,
} from '../model/capture.ts';
import { withNamesOnOneLine } from '../parse/dmsetup.ts';
import { unescapeHex } from '../parse/escaped-bytes.ts';
import { redactCephName, redactCephRun } from './ceph.ts';
import { redactClusterRecords, redactRecord } from './cluster-records.ts';
import { redactInfoLine, redactStatusLine, redactTableLine } from './dm-output.ts';
import { redactFile } from './file-rules.ts';
import { nameRules, redactText } from './free-text.ts';
import { redactLvmReport, redactLvmWarnings } from './lvm-report.ts';
import { redactLvmSettings } from './lvm-settings.ts';
import { redactPasswd } from './machine-files.ts';
import { redactFsType } from './mount-text.ts';
import { redactName } from './names.ts';
import { redactLink, redactPath } from './paths.ts';
import { type TokenBook, tokenBook } from './token-book.ts';
import { redactPoolLine, redactVolumeLine, redactVolumePath, redactZfsList } from './volume-lists.ts';

/**
 * A capture of the same node with every name, address and serial number replaced, the same one by the same token. All
 * that is judged stays: VMIDs, disk numbers, device numbers, sizes, times. What is known is redacted by its own rule, and
 * in what is not known only words stay that every node has; so nothing has to be foreseen to be replaced.
 */
export function redactCapture(capture: Capture): Capture {
  const { captures, ...own } = capture;
  // One book for all nodes: a volume has the same name wherever it is seen.
  const book = tokenBook(JSON.stringify(capture));
  const members = Object.values(captures ?? {}).flatMap((member) => ('capture' in member ? [member.capture] : []));
  for (const one of [own, ...members]) introduce(book, one);
  return {
    ...redactNode(book, own),
    ...part('captures', captures, nodeName(book), (member) => redactMember(book, member)),
  };
}

const nodeName = (book: TokenBook) => (name: string) => redactName(book, name, 'node');

const redactMember = (book: TokenBook, member: CapturedMember): CapturedMember =>
  'capture' in member
    ? { capture: redactNode(book, member.capture) }
    : { notCaptured: redactText(book, member.notCaptured) };

const redactAnswers = (book: TokenBook, answers: NodeCapture['nodes']) =>
  part('nodes', answers, nodeName(book), (answer, node) => {
    const redact = (line: string) => (line === '' ? '' : redactRecord(book, line, node));
    return { ...answer, run: redactRun(book, answer.run, (text) => byLine(text, redact)) };
  });

function redactNode(book: TokenBook, capture: NodeCapture): NodeCapture {
  const names = deviceNames(capture);
  const { files } = capture;
  const users = usersOf(capture);
  const path = (text: string) => redactPath(book, text);
  const text = (content: CapturedText, redact: (plain: string) => string) => encodeText(redact(decodeText(content)));
  const known = <T extends object | string>(entry: T | CapturedFailure, redact: (value: T) => T) =>
    isFailure(entry) ? redactFailure(book, entry) : redact(entry);
  const redactedFiles = part('files', files, path, (entry, at) =>
    known(entry, (content) =>
      text(content, (plain) => (at === '/etc/passwd' ? redactPasswd(book, plain, users) : redactFile(book, at, plain))),
    ),
  );
  const same = <T>(value: T): T => value;
  return {
    format: capture.format,
    version: capture.version,
    takenAt: capture.takenAt,
    ...part('commands', capture.commands, same, (runs, name) => redactRuns(book, name, runs, names)),
    ...redactedFiles,
    ...part('sizes', capture.sizes, path, (size, at) => size + growth(files?.[at], redactedFiles.files?.[path(at)])),
    ...part('directories', capture.directories, path, (entry, at) =>
      known(entry, (list) => list.map((name) => lastPart(path(`${at === '/' ? '' : at}/${name}`))).sort()),
    ),
    ...part('links', capture.links, path, (entry, at) => known(entry, (target) => redactTarget(book, at, target))),
    ...part('stats', capture.stats, path, (entry) => known(entry, same)),
    ...(capture.openBlockDevices && { openBlockDevices: known(capture.openBlockDevices, same) }),
    ...(capture.openFiles && {
      openFiles: known(capture.openFiles, (files) =>
        files.map(([pid, inode, at]): readonly [number, number, string] => [pid, inode, redactVolumePath(book, at)]),
      ),
    }),
    ...(capture.rootCapacity && { rootCapacity: known(capture.rootCapacity, same) }),
    ...part('beneath', capture.beneath, path, (entry) =>
      known(entry, (seen) => ({ ...seen, newestPath: redactName(book, seen.newestPath, 'dir') })),
    ),
    ...answers(book, capture, path),
  };
}

/** What children, clusters and servers said. */
function answers(
  book: TokenBook,
  { probes, ceph, servers, nodes }: Capture,
  path: (text: string) => string,
): Pick<Capture, 'probes' | 'ceph' | 'servers' | 'nodes'> {
  return {
    ...part(
      'probes',
      probes,
      (name) => name.replace(/ .*$/s, (at) => ` ${path(at.slice(1))}`),
      (probe, name) => redactProbe(book, name, probe),
    ),
    ...part(
      'ceph',
      ceph,
      (name) => redactCephName(book, name),
      (run, name) => redactCephRun(book, name, run),
    ),
    ...part(
      'servers',
      servers,
      (key) => redactText(book, key, nameRules('host')),
      (answer) => ({ ...answer, detail: redactText(book, answer.detail) }),
    ),
    ...redactAnswers(book, nodes),
  };
}

/** `mnt:[4026531840]` is no path. */
const redactTarget = (book: TokenBook, path: string, target: string): string =>
  /^[a-z_]+:\[/.test(target) ? redactText(book, target) : redactLink(book, path, target);

/** By how many bytes a text grew: what was cut before is as much shorter than its size afterwards. */
const growth = (before?: CapturedText | CapturedFailure, after?: CapturedText | CapturedFailure): number =>
  before === undefined || after === undefined || isFailure(before) || isFailure(after)
    ? 0
    : byteLength(after) - byteLength(before);

type Part<K extends string, V> = { readonly [P in K]?: Readonly<Record<string, V>> };

/** One section of the capture. Its order is that of the new names: the old one would tell how the names were sorted. */
function part<K extends string, V>(
  section: K,
  entries: Readonly<Record<string, V>> | undefined,
  redactKey: (key: string) => string,
  redactValue: (value: V, key: string) => V,
): Part<K, V> {
  if (entries === undefined) return {};
  const redacted = Object.entries(entries).map(([key, value]) => [redactKey(key), redactValue(value, key)] as const);
  return { [section]: Object.fromEntries(redacted.sort(([a], [b]) => (a < b ? -1 : 1))) } as Part<K, V>;
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const redactFailure = (book: TokenBook, { unreadable, detail }: CapturedFailure): CapturedFailure => ({
  unreadable,
  ...(detail === undefined ? {} : { detail: redactText(book, detail) }),
});

/**
 * What is seen first gives a word the kind that its token shows, so the places that say most come first. Nodes in their
 * order, since a VMID that stands on two of them belongs to the last.
 */
function introduce(book: TokenBook, { commands, files, directories }: NodeCapture): void {
  const listed = directories?.['/etc/pve/nodes'];
  const paths = Object.keys(files ?? {}).flatMap((path) => /^\/etc\/pve\/nodes\/([^/]+)/.exec(path)?.[1] ?? []);
  const nodes = new Set([...paths, ...(listed === undefined || isFailure(listed) ? [] : listed)]);
  for (const node of [...nodes].sort()) redactName(book, node, 'node');
  for (const path of ['/etc/pve/.members', '/etc/pve/storage.cfg']) {
    const text = files?.[path];
    if (text !== undefined && !isFailure(text)) redactFile(book, path, decodeText(text));
  }
  for (const name of ['lvm-fullreport', 'lvm-fullreport-old', 'lvm-fullreport-around'])
    for (const run of runsOf(commands?.[name] ?? [])) redactLvmReport(book, decodeText(run.stdout ?? ''));
}

const runsOf = (runs: CapturedRun | readonly CapturedRun[]): readonly CapturedRun[] =>
  'length' in runs ? runs : [runs];

/** Device-mapper names of `dmsetup info`, by which the lines of the other outputs are split. */
function deviceNames({ commands }: NodeCapture): ReadonlySet<string> {
  const texts = runsOf(commands?.['dmsetup-info'] ?? []).map((run) => decodeText(run.stdout ?? ''));
  return new Set(texts.flatMap((text) => text.split('\n').map((line) => unescapeHex(line.split('\t')[0] ?? ''))));
}

/** Of the processes that were looked at. */
const usersOf = ({ files }: NodeCapture): ReadonlySet<string> =>
  new Set(
    Object.entries(files ?? {}).flatMap(([path, text]) =>
      /^\/proc\/\d+\/status$/.test(path) && !isFailure(text)
        ? (/^Uid:\t(\d+)/m.exec(decodeText(text))?.slice(1) ?? [])
        : [],
    ),
  );

type Runs = CapturedRun | readonly CapturedRun[];

/** The command line is the program's own, so it is not repeated. */
function redactRuns(book: TokenBook, name: string, runs: Runs, names: ReadonlySet<string>): Runs {
  const redact = (run: CapturedRun) => redactRun(book, run, (text) => redactOutput(book, name, text, names));
  return 'length' in runs ? runs.map(redact) : redact(runs);
}

const redactRun = (
  book: TokenBook,
  { argv: _, stdout, stderr, ...run }: CapturedRun,
  redactText: (text: string) => string,
): CapturedRun => ({
  ...run,
  ...(stdout === undefined ? {} : { stdout: encodeText(redactText(decodeText(stdout))) }),
  ...(stderr === undefined ? {} : { stderr: encodeText(redactLvmWarnings(book, decodeText(stderr))) }),
});

function redactOutput(book: TokenBook, command: string, text: string, names: ReadonlySet<string>): string {
  const lines = (redact: (line: string) => string) => byLine(text, redact);
  switch (command) {
    case 'dmsetup-info':
      return lines((line) => redactInfoLine(book, line));
    case 'dmsetup-status':
      return byLine(withNamesOnOneLine(text, names), (line) => redactStatusLine(book, line, names));
    case 'dmsetup-table':
    case 'dmsetup-status-thin-pool':
      return byLine(withNamesOnOneLine(text, names), (line) => redactTableLine(book, line, names));
    case 'zfs-list':
      return redactZfsList(book, text);
    case 'zpool-status':
      return lines((line) => redactPoolLine(book, line));
    case 'lvm-settings':
      return redactLvmSettings(book, text);
    case 'cluster-records':
      return redactClusterRecords(book, text);
    case 'lvm-fullreport':
    case 'lvm-fullreport-old':
    case 'lvm-fullreport-around':
      return redactLvmReport(book, text);
    default:
      return redactText(book, text);
  }
}

const byLine = (text: string, redact: (line: string) => string): string => text.split('\n').map(redact).join('\n');

/** `statfs /mnt/nas`, `fstab /proc/4711/root/etc/fstab` */
function redactProbe(book: TokenBook, name: string, { stdout, stderr, ...probe }: CapturedProbe): CapturedProbe {
  const path = name.slice(name.indexOf(' ') + 1).replace(/^\/proc\/\d+\/root(?=\/)/, '');
  const redact = (text: string) =>
    name.startsWith('statfs ')
      ? redactFsType(book, text)
      : name.startsWith('volumes ')
        ? byLine(text, (line) => redactVolumeLine(book, line))
        : redactFile(book, path, text);
  return {
    ...probe,
    ...(stdout && { stdout: encodeText(redact(decodeText(stdout))) }),
    ...(stderr && { stderr: encodeText(redactLvmWarnings(book, decodeText(stderr))) }),
  };
}
