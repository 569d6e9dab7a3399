import { lookAtDataFile } from '../host/data-file.ts';
import { removeKeptDirectory } from '../host/kept-files.ts';
import { UsageError } from '../model/faults.ts';
import { minute } from '../render/counted.ts';
import { printable } from '../render/printable.ts';
import { hubDirectory, hubState, type KnownHub, knownHubs, spoolOf } from '../store/hub-files.ts';
import { spooled } from '../store/hub-spool.ts';
import { lostWords } from './channel-trouble.ts';
import type { Terminal } from './terminal.ts';

/** What this node knows of its hubs, or of one. Only looks. Ends with 1 where there is none, or where one does not hear of this node. */
export async function showHubs(historyPath: string, url: string | null, terminal: Terminal): Promise<number> {
  const { hubs, broken } = knownHubs(historyPath);
  const shown = hubs.filter(({ enrolment }) => url === null || enrolment.url === url);
  const lines = shown.flatMap(statusLines);
  const wrong = broken.map(({ channel, because }) => `${channel} ${because}`);
  const none = url === null ? 'This node is enrolled with no hub.' : `This node is not enrolled with ${url}.`;
  const text = lines.length + wrong.length === 0 ? [none] : [...lines, ...wrong];
  await terminal.stdout.write(text.map((line) => `${printable(line)}\n`).join(''));
  const isWell = shown.length > 0 && shown.every(({ directory }) => hubState(directory).waiting === null);
  return isWell && wrong.length === 0 ? 0 : 1;
}

function statusLines({ enrolment, directory }: KnownHub): readonly string[] {
  const { url, nodeId, cluster, node, enrolledAt } = enrolment;
  const { sentAt, waiting, lost } = hubState(directory);
  const count = spooled(spoolOf(directory)).length;
  return [
    url,
    `  ${node} of ${cluster}, enrolled ${minute(enrolledAt)} as ${nodeId}`,
    `  ${sentAt === null ? 'has heard nothing yet' : `heard of this node ${minute(sentAt)}`}`,
    ...(count === 0 ? [] : [`  ${count === 1 ? 'one report waits' : `${count} reports wait`} for it`]),
    ...(waiting === null ? [] : [`  since ${minute(waiting.since)}: ${waiting.error}`]),
    ...(lost === null ? [] : [`  ${lostWords(lost)}`]),
  ];
}

/** Forgets key and reports that wait, and says first what nobody can do from here. */
export async function leaveHub(historyPath: string, url: string | null, terminal: Terminal): Promise<number> {
  const { hubs } = knownHubs(historyPath);
  const [only, ...more] = hubs;
  if (url === null && (only === undefined || more.length > 0))
    throw new UsageError(
      only === undefined
        ? 'this node is enrolled with no hub; `pve-doctor enrol --leave URL` forgets a key of an unfinished enrolment'
        : `which hub? ${hubs.map(({ enrolment }) => enrolment.url).join(', ')}`,
    );
  const address = url ?? only?.enrolment.url ?? '';
  const directory = hubDirectory(historyPath, address);
  if (lookAtDataFile(directory).state === 'absent') throw new UsageError(`this node is not enrolled with ${address}`);
  const known = hubs.find((hub) => hub.directory === directory);
  const name = known === undefined ? 'this node' : `${known.enrolment.node} of ${known.enrolment.cluster}`;
  await terminal.stdout.write(
    [
      `${printable(address)} hears no more of ${printable(name)}, and goes on showing it as silent.`,
      'Its operator takes it out there: `pve-doctor-hub node revoke`, then `pve-doctor-hub node forget`. Until then no other key can enrol for it.',
      '',
    ].join('\n'),
  );
  const refused = removeKeptDirectory(directory);
  if (refused !== null) throw new UsageError(refused, 73);
  await terminal.stdout.write('The key, what waited, and what was acknowledged in that hub are forgotten here.\n');
  return 0;
}
