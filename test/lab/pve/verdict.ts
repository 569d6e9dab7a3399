import type { TouchedVolume } from '../../../src/model/before/answer.ts';
import type { BeforeReport } from '../../../src/model/before/before-report.ts';

/** `could not tell`: no prediction was made, or what Proxmox VE did proves only a part of it. */
export type Verdict = 'right' | 'wrong' | 'could not tell';

export interface Judgement {
  readonly operation: string;
  readonly verdict: Verdict;
  /** What speaks against the prediction, or was not proven; empty where it was right. */
  readonly because: readonly string[];
}

/** Volumes by volume id, with `LV UUID …` or the inode of a file (`file … 77`), as LVM and the file system show them. */
export type Volumes = ReadonlyMap<string, string>;

export interface Deed {
  readonly report: Pick<BeforeReport, 'operation' | 'touched' | 'stops' | 'notLooked'>;
  /** All that was printed, with `exit N` where it failed (guest/pve-run). */
  readonly said: string;
  readonly before: Volumes;
  readonly after: Volumes;
}

export function judge(deed: Deed): Judgement {
  const wrong = [...outcomeDifferences(deed), ...sightDifferences(deed), ...fateDifferences(deed)];
  const open = unproven(deed);
  const verdict = wrong.length > 0 ? 'wrong' : open.length > 0 ? 'could not tell' : 'right';
  return { operation: deed.report.operation, verdict, because: wrong.length > 0 ? wrong : open };
}

const hasFailed = ({ said }: Deed): boolean => /^exit (?:signal )?\d+$/m.test(said);

function outcomeDifferences(deed: Deed): readonly string[] {
  const { stops, notLooked } = deed.report;
  const reasons = stops.map(({ because }) => because).join('; ');
  if (!hasFailed(deed)) return stops.length === 0 ? [] : [`it succeeds, and this was said to stop it: ${reasons}`];
  if (stops.length === 0) return notLooked.length === 0 ? ['it fails, and nothing was found that stops it'] : [];
  const texts = stops.map(({ text }) => text);
  const isKnown = texts.every((text) => partsOf(text).length > 0);
  return isKnown && !texts.some((text) => isPrinted(text, deed.said))
    ? [`it fails, and prints nothing of: ${texts.join(' | ')}`]
    : [];
}

/** Proxmox VE ends at the first thing that stops it: of several, those that it did not print are not proven, nor is one without a text. */
function unproven(deed: Deed): readonly string[] {
  const { stops, notLooked } = deed.report;
  if (stops.length === 0) return notLooked.map((sentence) => `not looked at: ${sentence}`);
  return stops
    .filter(({ text }) => !isPrinted(text, deed.said))
    .map(
      ({ because, text }) => `not proven: ${because}${partsOf(text).length === 0 ? ' (its text is not known)' : ''}`,
    );
}

/** What stands for numbers is left out. */
const partsOf = (text: string): readonly string[] =>
  text
    .split('…')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Its parts one after the other. */
function isPrinted(text: string, said: string): boolean {
  const parts = partsOf(text);
  let at = 0;
  for (const part of parts) {
    const found = said.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return parts.length > 0;
}

/** A linked clone is named behind its base: `local:100/base-100-disk-0.qcow2/101/vm-101-disk-0.qcow2`. */
function placeOf(volid: string): string {
  const colon = volid.indexOf(':');
  const parts = volid.slice(colon + 1).split('/');
  const isFile = /^\d+$/.test(parts.at(-2) ?? '');
  return `${volid.slice(0, colon)}:${parts.slice(isFile ? -2 : -1).join('/')}`;
}

/** Of a file the inode alone: a device number differs from one mount to another. */
const identityOf = (identity: string): string => identity.replace(/^file .* /, 'file ');

/** Whether each volume was there, and is the one that was named. */
const sightDifferences = ({ report, before }: Deed): readonly string[] =>
  report.touched.flatMap(({ volid, seen, identity }) => {
    const is = before.get(placeOf(volid));
    if (seen === 'unseen') return [];
    if ((seen === 'there') !== (is !== undefined))
      return [`${volid} was said to be ${seen}, and is ${is === undefined ? 'missing' : 'there'}`];
    return is === undefined || identity === '' || identityOf(identity) === identityOf(is)
      ? []
      : [`${volid} was said to be ${identity}, and is ${is}`];
  });

/** Each fate came true, and nothing else went. */
function fateDifferences(deed: Deed): readonly string[] {
  const { report, before, after } = deed;
  const touched = report.touched.filter(({ volid }) => before.has(placeOf(volid)));
  const untrue = hasFailed(deed) ? [] : touched.flatMap((volume) => untrueOf(deed, volume));
  const said = new Map(touched.map((volume) => [placeOf(volume.volid), volume]));
  const gone = [...before.keys()].filter((place) => !after.has(place));
  const unsaid = gone.filter((place) => {
    const own = said.get(place);
    if (own !== undefined) return hasFailed(deed) && !goes(own);
    const origin = said.get(originOf(place));
    return origin === undefined || stays(origin.fate);
  });
  return [...untrue, ...unsaid.map((place) => `${place} is gone, and nothing was said of that`)];
}

const stays = (fate: TouchedVolume['fate']): boolean =>
  fate === 'kept' || fate === 'removed if asked' || fate === 'adopted';

const goes = ({ fate }: TouchedVolume): boolean => fate === 'removed' || fate === 'renamed';

function untrueOf(deed: Deed, volume: TouchedVolume): readonly string[] {
  const { volid, fate } = volume;
  const is = deed.after.get(placeOf(volid));
  const was = deed.before.get(placeOf(volid));
  // Which of the two depends on an archive that nobody read.
  if (fate === 'removed or unused') return [];
  if (goes(volume)) return is === undefined ? [] : [`${volid} was said to be ${fate}, and is still there`];
  if (is === undefined) return [`${volid} was said to be ${fate}, and is gone`];
  return is !== was && (stays(fate) || fate === 'copied')
    ? [`${volid} was said to be ${fate}, and is another volume`]
    : [];
}

/** The volume of a snapshot that is a volume of its own: `snap_NAME_SNAPSHOT` (LvmThinPlugin.pm, LVMPlugin.pm). */
const originOf = (place: string): string => {
  const [, storeid = '', name = '', suffix = ''] = /^([^:]+):snap_([^_]+)_.*?(\.qcow2)?$/.exec(place) ?? [];
  return storeid === '' ? '' : `${storeid}:${name}${suffix}`;
};

/** One line per operation. */
export function tableOf(judgements: readonly Judgement[]): readonly string[] {
  const operations = [...new Set(judgements.map(({ operation }) => operation))].sort();
  return operations.map((operation) => {
    const own = judgements.filter((one) => one.operation === operation);
    const count = (verdict: Verdict): string => `${own.filter((one) => one.verdict === verdict).length} ${verdict}`;
    return `${operation}: ${count('right')}, ${count('wrong')}, ${count('could not tell')}`;
  });
}
