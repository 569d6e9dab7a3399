import { type Capture, type CapturedProbe, type CapturedRun, decodeText } from '../../../src/model/capture.ts';
import { commandFailures } from './commands.ts';
import { alike, type Damaged, type Thoroughness, type Variant } from './damaged.ts';
import { FAILURES } from './paths.ts';
import { largeTexts, textDamages } from './texts.ts';

/** Open descriptors, the size of /, probes of mounts, looks beneath them, and their servers. */
export function* damagedOthers(capture: Capture, how: Thoroughness): Generator<Damaged> {
  yield* damagedDescriptors(capture);
  yield* damagedCapacity(capture);
  yield* damagedEntries(capture, 'probes', (name, probe) => probeDamages(name, probe, how));
  yield* damagedEntries(capture, 'ceph', (name, run) => cephDamages(name, run, how));
  yield* damagedEntries(capture, 'beneath', () => FAILURES);
  yield* damagedEntries(capture, 'servers', () => [
    { damage: 'timeout', how: 'not asked', content: { answers: null, detail: 'not asked' } },
  ]);
}

function* damagedDescriptors(capture: Capture): Generator<Damaged> {
  const { openBlockDevices: open, ...rest } = capture;
  const listed = open === undefined || 'unreadable' in open ? [] : open;
  const source = 'open descriptors';
  yield { source, damage: 'missing', what: `${source}: nobody looked`, capture: rest };
  for (const { damage, how, content } of FAILURES)
    yield { source, damage, what: `${source}: ${how}`, capture: { ...rest, openBlockDevices: content } };
  if (listed.length === 0) return;
  yield { source, damage: 'empty', what: `${source}: none`, capture: { ...rest, openBlockDevices: [] } };
  for (const at of listed.keys())
    yield {
      ...{ source, damage: 'half', what: `${source}: all but one` },
      capture: { ...rest, openBlockDevices: listed.toSpliced(at, 1) },
    };
}

function* damagedCapacity(capture: Capture): Generator<Damaged> {
  const { rootCapacity: _, ...rest } = capture;
  const source = 'capacity of /';
  yield { source, damage: 'missing', what: `${source}: nobody looked`, capture: rest };
  for (const { damage, how, content } of FAILURES)
    yield { source, damage, what: `${source}: ${how}`, capture: { ...rest, rootCapacity: content } };
}

function probeDamages(
  name: string,
  probe: CapturedProbe,
  { places, large }: Thoroughness,
): readonly Variant<CapturedProbe>[] {
  const text = decodeText(probe.stdout ?? '');
  const texts = [...textDamages(text, places), ...(large(sourceOf('probes', name)) ? largeTexts(text) : [])];
  return [
    { damage: 'denied', how: 'not started', content: { outcome: 'not-started' } },
    { damage: 'killed', how: 'killed', content: { outcome: 'killed' } },
    { damage: 'exit 5', how: 'without a word', content: { exitCode: 5 } },
    { damage: 'exit 5', how: 'all printed', content: { ...probe, exitCode: 5, stderr: 'something went wrong\n' } },
    { damage: 'timeout', how: 'not in time', content: { outcome: 'timed-out' } },
    ...texts.map(({ damage, how, content }) => ({ damage, how, content: { ...probe, stdout: content } })),
  ];
}

function cephDamages(name: string, run: CapturedRun, { places, large }: Thoroughness): readonly Variant<CapturedRun>[] {
  const text = decodeText(run.stdout ?? '');
  const texts = [...textDamages(text, places), ...(large(sourceOf('ceph', name)) ? largeTexts(text) : [])];
  return [
    ...commandFailures(run),
    { damage: 'timeout', how: 'the cluster does not answer', content: { exitCode: 110 } },
    ...texts.map(({ damage, how, content }) => ({ damage, how, content: { ...run, stdout: content } })),
  ];
}

function* damagedEntries<K extends 'probes' | 'ceph' | 'beneath' | 'servers'>(
  capture: Capture,
  kind: K,
  variants: (
    name: string,
    entry: NonNullable<Capture[K]>[string],
  ) => readonly Variant<NonNullable<Capture[K]>[string]>[],
): Generator<Damaged> {
  const entries: NonNullable<Capture[K]> = capture[kind] ?? {};
  for (const [name, entry] of Object.entries(entries)) {
    const source = sourceOf(kind, name);
    const missing = Object.fromEntries(Object.entries(entries).filter(([other]) => other !== name));
    yield {
      ...{ source, damage: 'missing', what: `${kind} ${name}: not there` },
      capture: { ...capture, [kind]: missing },
    };
    for (const { damage, how, content } of variants(name, entry))
      yield {
        ...{ source, damage, what: `${kind} ${name}: ${how}` },
        capture: { ...capture, [kind]: { ...entries, [name]: content } },
      };
  }
}

/** A probe is of a mount point, or of a file of a process or a container. */
function sourceOf(kind: string, name: string): string {
  for (const one of ['statfs', 'access', 'volumes']) if (name.startsWith(`${one} `)) return `probe ${one}`;
  if (kind === 'ceph')
    return `ceph ${name.replace(/^\S+ /, '').replace(/(?<=info |status |du |--image-id |rbd_header\.)[^-].*$/, 'N')}`;
  return name.startsWith('read ') ? `probe ${alike(name)}` : kind;
}
