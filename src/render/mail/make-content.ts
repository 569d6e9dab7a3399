import type { Change, Message } from '../../model/notify/message.ts';
import { isUnjudged, type Report } from '../../model/report/report.ts';
import { counted, instant } from '../counted.ts';
import { reasonsOf } from '../coverage-words.ts';
import { clip, MOST } from '../message/clip.ts';
import { subjectOf } from '../message/subject.ts';
import { toldOf } from '../message/told.ts';
import { findingsContent } from './finding-rows.ts';
import { alertOf } from './mail-alert.ts';
import { changeContent } from './mail-change.ts';
import { listed, type MailContent } from './mail-content.ts';
import { devicesList, guestNote, guestsList, mountNote, mountsList, summaryPairs, systemPairs } from './mail-tables.ts';

const MOST_REASONS = 12;
const MOST_PREVIEW = 160;

function gradeText(report: Report): string {
  if (report.score !== null) return `grade ${report.grade}, score ${report.score} of 100`;
  return `no grade: ${clip(report.gradeBecause, MOST.sentence)}`;
}

/** When and where it was taken, and how the run before it ended. */
function facts(report: Report): readonly string[] {
  const { host, history } = report;
  const pve = host?.pveVersion == null ? [] : [`Proxmox VE ${clip(host.pveVersion, MOST.name)}`];
  const kernel = host?.kernelRelease == null ? [] : [`kernel ${clip(host.kernelRelease, MOST.name)}`];
  const previous = history?.previous ?? null;
  const score = previous?.score == null ? 'no grade' : `grade ${previous.grade}, score ${previous.score}`;
  return [
    [clip(instant(report.takenAt), MOST.name), ...pve, ...kernel].join(' · '),
    ...(report.source === 'live' ? [] : [`From a recording: ${clip(report.source, MOST.title)}`]),
    ...(previous === null ? [] : [`Run before, ${clip(instant(previous.takenAt), MOST.name)}: ${score}`]),
    ...(history === null || history.problem === '' ? [] : [`History: ${clip(history.problem, MOST.sentence)}`]),
  ];
}

/** What is to be said of a report, to somebody who was last told when `change` says. */
export function mailContent(report: Report, change: Change, kind: Message['kind']): MailContent {
  const told = toldOf(report, change);
  const alert = alertOf(report, told);
  const findings = findingsContent(report, told);
  const what = kind === 'digest' ? 'daily digest' : 'storage report';
  return {
    subject: subjectOf(report, change, kind),
    preview: clip([alert.title, ...alert.lines.rows, ...alert.notes].join('. '), MOST_PREVIEW),
    about: `pve-doctor ${clip(report.toolVersion, MOST.name)}, ${what}`,
    node: clip(report.node, MOST.node),
    status: report.status,
    grade: gradeText(report),
    facts: facts(report),
    ...{ alert, findings, change: changeContent(change, told) },
    unjudged: listed(reasonsOf(report.checks.filter(isUnjudged)), MOST_REASONS, (reason) => clip(reason, MOST.reason)),
    unseen: listed(report.notSeen, MOST_REASONS, (sentence) => clip(sentence, MOST.sentence)),
    summary: summaryPairs(report),
    devices: devicesList(report),
    guests: guestsList(report),
    guestNote: guestNote(report),
    mounts: mountsList(report),
    mountNote: mountNote(report),
    system: systemPairs(report.host),
    footer: footer(report),
  };
}

function footer({ findings, guests }: Report): readonly string[] {
  const [first] = findings;
  if (first === undefined) {
    return ['The full report is attached.', 'On the node: `pve-doctor check` for its state now.'];
  }
  const all = `all ${counted(findings.length, 'finding')} and ${counted(guests.length, 'guest')}`;
  const explain = `\`pve-doctor explain ${first.code}\` for what a finding means`;
  return [
    `The full report, with ${all}, is attached.`,
    `On the node: \`pve-doctor check\` for its state now, ${explain}.`,
  ];
}
