import { type Capture, type CapturedRun, decodeText } from '../../../src/model/capture.ts';
import type { Damaged, Thoroughness, Variant } from './damaged.ts';
import { largeTexts, textDamages } from './texts.ts';

/** Every command damaged in every way: in all its runs, in the first alone, and in all but the first. */
export function* damagedCommands(capture: Capture, { places, large }: Thoroughness): Generator<Damaged> {
  for (const [name, recorded] of Object.entries(capture.commands ?? {})) {
    const runs = 'length' in recorded ? recorded : [recorded];
    const [first = {}] = runs;
    const last = runs.at(-1) ?? first;
    const whens = (run: CapturedRun) => ({
      'every run': [run],
      'first run': [run, ...runs.slice(1), last],
      'later runs': [first, run],
    });
    const text = decodeText(last.stdout ?? '');
    const texts = [...textDamages(text, places), ...(large(`command ${name}`) ? largeTexts(text) : [])];
    const variants = [
      ...commandFailures(last),
      ...texts.map((variant) => ({ ...variant, content: { ...last, stdout: variant.content } })),
    ];
    for (const { damage, how, content } of variants) {
      for (const [when, damaged] of Object.entries(whens(content)))
        yield {
          ...{ source: `command ${name}, ${when}`, damage, what: `command ${name}, ${when}: ${how}` },
          capture: { ...capture, commands: { ...capture.commands, [name]: damaged } },
        };
    }
  }
}

export function commandFailures(run: CapturedRun): readonly Variant<CapturedRun>[] {
  const stderr = ['something went wrong'];
  return [
    { damage: 'missing', how: 'not installed', content: { outcome: 'not-found' } },
    { damage: 'denied', how: 'may not be run', content: { outcome: 'denied' } },
    { damage: 'denied', how: 'no access', content: { stderr: ['open failed: Permission denied'] } },
    { damage: 'exit 5', how: 'nothing printed', content: { exitCode: 5, stderr } },
    { damage: 'exit 5', how: 'all printed', content: { ...run, exitCode: 5, stderr } },
    { damage: 'exit 5', how: 'could not be started', content: { outcome: 'failed' } },
    { damage: 'timeout', how: 'nothing printed', content: { outcome: 'timed-out' } },
    { damage: 'timeout', how: 'all printed', content: { ...run, outcome: 'timed-out' } },
    { damage: 'killed', how: 'all printed', content: { ...run, outcome: 'killed' } },
    { damage: '10 MB', how: 'printed more than its limit', content: { ...run, truncated: true } },
  ];
}
