import type { Stop, TouchedVolume } from '../model/before/answer.ts';
import type { BeforeReport } from '../model/before/before-report.ts';
import { size } from '../model/size.ts';
import { minute } from './counted.ts';
import { jsonText } from './json.ts';
import { type Block, bullet, heading, joinBlocks, type Page, pageOf, type TextOptions } from './page.ts';
import { printable } from './printable.ts';
import { hang } from './wrap.ts';

/** Whatever stops an operation besides: it stands beneath every answer, so that none reads as a promise. */
const BEYOND =
  'Not a subject of pve-doctor: permissions, memory, processors, network, devices that are passed through, ISO images, and what other ' +
  'nodes begin in this minute.';

/** `pve-doctor before` for a terminal: what is taken, what stops it, what to know, what was not looked at. */
export function renderBefore(report: BeforeReport, options: Pick<TextOptions, 'width' | 'colour'>): string {
  const page = pageOf(options);
  const { touched, stops, notes, problems, notLooked } = report;
  return joinBlocks([
    [page.style.bold(headline(report)), page.style.dim(from(report))],
    section(TITLES[report.operation] ?? 'Changed', touched.map(touchedText), page),
    section('Stops it', stops.flatMap(stopText), page),
    section('To know', notes, page),
    section(
      'What check says now',
      problems.map(({ severity, who, what, codes }) => `${severity}: ${who} ${what} (${codes.join(', ')})`),
      page,
    ),
    section('Not looked at', notLooked, page),
    hang('', BEYOND, page.width, undefined, page.style.dim),
  ]);
}

export const renderBeforeJson = (report: BeforeReport): string => jsonText(report);

const TITLES: Partial<Record<BeforeReport['operation'], string>> = {
  destroy: 'Taken',
  restore: 'Taken',
  rollback: 'Lost',
  clone: 'Read',
};

const KIND = { qemu: 'VM', lxc: 'CT' } as const;

function headline({ operation, guest, stops, exitCode, notLooked }: BeforeReport): string {
  const whom =
    guest === null
      ? operation
      : `${operation} of ${KIND[guest.type]} ${guest.vmid}${guest.name === '' ? '' : ` (${printable(guest.name)})`}${state(guest.running)}`;
  const verdict =
    stops.length > 0
      ? `${stops.length === 1 ? 'something stops it' : `${stops.length} things stop it`}`
      : exitCode === 2
        ? 'nothing found that stops it, and it takes what somebody else names or may use'
        : 'nothing found that stops it';
  return `Before ${whom}: ${verdict}${notLooked.length === 0 ? '' : '; not looked at everything, see below'}`;
}

const state = (running: boolean | null): string => (running === null ? '' : running ? ', running' : ', stopped');

const from = ({ node, takenAt, source }: BeforeReport): string =>
  `node ${printable(node)}, ${minute(takenAt)}${source === 'live' ? '' : `, recorded in ${printable(source)}`}`;

function section(title: string, sentences: readonly string[], page: Page): Block {
  return sentences.length === 0
    ? []
    : [heading(title, page), ...sentences.flatMap((sentence) => bullet(printable(sentence), page))];
}

function touchedText({ volid, fate, lines, seen, sizeBytes, identity, others }: TouchedVolume): string {
  const facts = [
    ...lines,
    ...(sizeBytes === null ? [] : [size(sizeBytes)]),
    ...(identity === '' ? [] : [identity]),
    ...(seen === 'there' ? [] : [seen === 'missing' ? 'not there' : 'not seen']),
  ].join(', ');
  const also = others.length === 0 ? '' : `; ${others.join('; ')}`;
  return `${fate}: ${volid}${facts === '' ? '' : ` (${facts})`}${also}`;
}

const stopText = ({ because, text, basis }: Stop): readonly string[] => [
  `${because}${text === '' ? '' : `. Proxmox VE then prints: ${text}`}${basis === 'run' ? '' : ' [from its sources, not tried here]'}`,
];
