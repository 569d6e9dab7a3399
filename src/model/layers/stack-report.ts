import { splitDmName } from '../device-mapper/dm-name.ts';
import type { CheckCode, Finding, Severity } from '../finding.ts';
import { describeProblem, type Reading } from '../reading.ts';
import type { ReportHead } from '../report/report.ts';
import { type Above, aboveOf } from './above.ts';
import type { Asked } from './find-layers.ts';
import { type Layer, worstTone } from './layer.ts';
import type { Layers } from './layers.ts';

/** What `pve-doctor stack` shows (docs/stack.schema.json). */
export interface StackReport extends ReportHead {
  /** As it was typed. */
  readonly word: string;
  readonly asked: Asked;
  /** Ids of the layers at the top. */
  readonly roots: readonly string[];
  readonly layers: readonly ShownLayer[];
  /** What lies on what was asked for; null where that is the disk of a guest. */
  readonly above: Above | null;
  readonly findings: readonly StackFinding[];
}

export interface ShownLayer extends Omit<Layer, 'names'> {
  /** Codes of findings about it. */
  readonly codes: readonly CheckCode[];
}

export interface StackFinding {
  readonly code: CheckCode;
  readonly severity: Severity;
  readonly title: string;
}

/** The volume that a finding comes down to, where its subject is no layer here: a second entry for it, under another name. */
const comesDownTo = ({ subject, about }: Finding, { names }: Layer): boolean => {
  const split = subject.kind === 'device' ? splitDmName(subject.id) : null;
  return [about, split === null ? undefined : `${split.vgName}/${split.lvName}`].some(
    (name) => name !== undefined && names.includes(name),
  );
};

/** Whether a finding is about a layer: the thing itself, the VG that it is a volume of, or the daemon that keeps its paths. */
const isAbout = ({ subject }: Finding, { names, what }: Layer): boolean => {
  if (subject.kind === 'volume-group') return names.some((name) => name.startsWith(`${subject.id}/`));
  return subject.id === 'multipathd' ? what === 'multipath map' : names.includes(subject.id);
};

export function stackOf(
  { asked, roots }: { readonly asked: Asked; readonly roots: readonly string[] },
  layers: Layers,
  findings: readonly Finding[],
): Pick<StackReport, 'asked' | 'roots' | 'layers' | 'above' | 'findings'> {
  const whole = layers.from(roots);
  const own = (layer: Layer) => (finding: Finding) =>
    isAbout(finding, layer) || (comesDownTo(finding, layer) && !whole.some((one) => isAbout(finding, one)));
  const about = new Map(whole.map((layer) => [layer.id, findings.filter(own(layer))]));
  const shown = new Set([...about.values()].flat());
  return {
    ...{ asked, roots },
    layers: whole.map(({ names: _, ...layer }): ShownLayer => {
      const own = about.get(layer.id) ?? [];
      return {
        ...layer,
        tone: worstTone([layer.tone, ...own.map(({ severity }) => severity)]),
        codes: [...new Set(own.map(({ code }) => code))].sort(),
      };
    }),
    above: roots.every((id) => layers.at(id).kind === 'guest-disk') ? null : aboveOf(roots, layers),
    findings: findings
      .filter((finding) => shown.has(finding))
      .map(({ code, severity, title }) => ({ code, severity, title })),
  };
}

/** Sections of which a part of the picture comes, as they are named to people. */
export function notSeenOf(readings: Readonly<Record<string, Reading<unknown>>>): readonly string[] {
  return [
    ...new Set(
      Object.values(readings).flatMap((reading) =>
        reading.state === 'unreadable'
          ? [describeProblem(reading.problem)]
          : reading.state === 'absent'
            ? [reading.reason]
            : [],
      ),
    ),
  ];
}
