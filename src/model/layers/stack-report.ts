import { type CheckCode, SEVERITIES, type Severity } from '../finding.ts';
import { describeProblem, type Reading } from '../reading.ts';
import type { Problem, ProblemGuest } from '../report/problem.ts';
import type { OverallStatus, ReportHead } from '../report/report.ts';
import { type Above, aboveOf } from './above.ts';
import type { Asked } from './find-layers.ts';
import type { Layer } from './layer.ts';
import type { Layers } from './layers.ts';

/** What `pve-doctor stack` shows (docs/stack.schema.json). */
export interface StackReport extends ReportHead {
  /** As it was typed. */
  readonly word: string;
  readonly asked: Asked;
  /** As `check` would say it of these problems; `unknown` also where a layer could not be seen. */
  readonly status: OverallStatus;
  /** The guest that was asked for, as its problems show it; null where it is none, or its configuration could not be read. */
  readonly guest: ProblemGuest | null;
  /** Ids of the layers at the top. */
  readonly roots: readonly string[];
  readonly layers: readonly ShownLayer[];
  /** What lies on what was asked for; null where that is the disk of a guest. */
  readonly above: Above | null;
  /** The problems of `check` that concern it, in the order of `check`. */
  readonly problems: readonly StackProblem[];
  /** What of it was not judged, each a sentence. */
  readonly notJudged: readonly string[];
}

/** How bad it is by the worst of its problems; `unknown`: it could not be read, or is not as it should be and no problem says why. */
export type LayerTone = Severity | 'unknown' | 'healthy';

export interface ShownLayer extends Omit<Layer, 'names' | 'condition'> {
  readonly tone: LayerTone;
  /** Codes of the problems that are about it. */
  readonly codes: readonly CheckCode[];
}

/** A problem, and the layers that it is about; none: it is about the guest itself. */
export interface StackProblem extends Problem {
  readonly layers: readonly string[];
}

/** A problem with all layers of the node that it is about, and which of its codes are about each. */
export interface PlacedProblem {
  readonly problem: Problem;
  readonly places: ReadonlyMap<string, readonly CheckCode[]>;
}

interface Drawn {
  readonly asked: Asked;
  readonly roots: readonly string[];
  readonly vmid: number | null;
}

/** All that concerns a guest, or lies on the way that is drawn. */
export function stackOf(
  { asked, roots, vmid }: Drawn,
  layers: Layers,
  placed: readonly PlacedProblem[],
): Pick<StackReport, 'asked' | 'roots' | 'layers' | 'above' | 'problems'> {
  const whole = layers.from(roots);
  const drawn = new Set(whole.map(({ id }) => id));
  const problems = placed.flatMap(({ problem, places }): readonly StackProblem[] => {
    const own = [...places.keys()].filter((id) => drawn.has(id));
    const isOfGuest = vmid !== null && problem.guests.some((guest) => guest.vmid === vmid);
    return own.length > 0 || isOfGuest ? [{ ...problem, layers: own }] : [];
  });
  return {
    ...{ asked, roots, problems },
    layers: shownLayers(
      whole,
      placed.filter(({ problem }) => problems.some(({ id }) => id === problem.id)),
    ),
    above: roots.every((id) => layers.at(id).kind === 'guest-disk') ? null : aboveOf(roots, layers),
  };
}

/**
 * A layer that is not as it should be, and of which no problem speaks, is what those of the layer above it come from: the paths of a map,
 * the server of a mount.
 */
function shownLayers(whole: readonly Layer[], placed: readonly PlacedProblem[]): readonly ShownLayer[] {
  const of = new Map<string, readonly Carried[]>();
  const above = new Map<string, readonly Carried[]>();
  for (const { id, condition, below } of whole) {
    const own = placed.flatMap(({ problem: { severity }, places }) => {
      const codes = places.get(id);
      return codes === undefined ? [] : [{ severity, codes }];
    });
    const carried = own.length > 0 || condition !== 'wrong' ? own : (above.get(id) ?? []);
    of.set(id, carried);
    for (const lower of below) above.set(lower, [...(above.get(lower) ?? []), ...carried]);
  }
  return whole.map((layer) => shown(layer, of.get(layer.id) ?? []));
}

/** What of a problem is about a layer. */
interface Carried {
  readonly severity: Severity;
  readonly codes: readonly CheckCode[];
}

function shown({ names: _, condition, ...layer }: Layer, carried: readonly Carried[]): ShownLayer {
  return {
    ...layer,
    tone:
      SEVERITIES.find((severity) => carried.some((one) => one.severity === severity)) ??
      (condition === 'fine' ? 'healthy' : 'unknown'),
    codes: [...new Set(carried.flatMap(({ codes }) => codes))].sort(),
  };
}

/** Sections of which a part of the drawing comes, as they are named to people. */
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
