import { defineCheck, type Found, type Readings } from '../model/check.ts';
import { reads } from '../model/command/command.ts';
import type { Problem, ProblemKind } from '../model/reading.ts';

const READS = ['deviceMapper', 'thinPools', 'targetStatuses', 'lvm'] as const;

/** Denied is the caller's lack of rights, not the node's fault. */
const FAULTS: ReadonlySet<ProblemKind> = new Set(['timed-out', 'failed', 'killed', 'truncated', 'malformed']);

export const node002 = defineCheck({
  code: 'NODE002',
  title: 'an LVM or device-mapper command timed out or failed',
  harms: { 'less-sight': '' },
  needs: [],
  wants: READS,
  examine: (_, readings) => {
    const byCommand = new Map(problemsOf(readings).map((problem) => [commandOf(problem), problem]));
    return [...byCommand].map(([command, problem]) => findingFor(command, problem));
  },
});

/** LVM is not run while a device is suspended, which is DM030's finding, not a fault of the command. */
function problemsOf({
  deviceMapper,
  thinPools,
  targetStatuses,
  lvm,
}: Readings<(typeof READS)[number]>): readonly Problem[] {
  const isSuspended = deviceMapper.state === 'known' && deviceMapper.value.devices.some(({ suspended }) => suspended);
  return [deviceMapper, thinPools, targetStatuses, ...(isSuspended ? [] : [lvm])].flatMap((reading) =>
    reading.state === 'unreadable' && FAULTS.has(reading.problem.kind) ? [reading.problem] : [],
  );
}

/** `lvm fullreport`: enough to know it by, whatever its options are. */
const commandOf = ({ source }: Problem): string => source.split(' ').slice(0, 2).join(' ');

function findingFor(command: string, problem: Problem): Found {
  const { source, detail, exitCode, stderr } = problem;
  return {
    harm: 'less-sight',
    subject: { kind: 'command', id: command },
    title: `${command} ${detail.startsWith('not run') ? 'was not run' : words[problem.kind]}`,
    headline: detail.startsWith('not run')
      ? detail.replace(/^not run, since (.*?)(?: and LVM would hang too)?$/, 'was not asked, it would hang too: $1')
      : words[problem.kind],
    ...(command.startsWith('lvm ') && detail.startsWith('not run') && { who: 'LVM' }),
    evidence: [
      { fact: `${detail}${exitCode === undefined ? '' : ` (exit status ${exitCode})`}`, source },
      ...(stderr === undefined || stderr === '' ? [] : [{ fact: `standard error: ${stderr}`, source }]),
    ],
    impact:
      'What this command shows is unknown, not clean. PVE runs the same kind of command at every start, stop and migration: ' +
      'where this one hangs, those hang too.',
    remedy: {
      text: remedyText(problem),
      commands: problem.kind === 'timed-out' ? [reads('ps', '-eo', 'pid,state,wchan:32,args')] : [],
    },
  };
}

/** LVM opens every disk: where one is known not to answer, that one comes first. */
function remedyText({ kind, detail }: Problem): string {
  if (kind !== 'timed-out') return 'Run the command by hand and read what it prints.';
  if (detail.startsWith('not run'))
    return (
      'Mend first what it would have waited for: bring a path of the map back, or end the process that hangs by bringing its disk back; the ' +
      'finding about that has the steps. Then run `pve-doctor check` again, which reads LVM again. Until then run no LVM command by hand: it ' +
      'would hang too, and cannot be killed.'
    );
  return 'Look for processes in state D and for dead LUNs. Do not run the command by hand first: it may hang as well.';
}

const words: Readonly<Record<ProblemKind, string>> = {
  'timed-out': 'did not end in time',
  failed: 'failed',
  killed: 'was killed',
  truncated: 'printed only part of its output',
  malformed: 'printed output that pve-doctor cannot parse',
  denied: 'was denied',
  vanished: 'vanished',
};
