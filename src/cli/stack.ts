import { readStack } from '../engine/stack-report.ts';
import { writeAtomically } from '../host/output-file.ts';
import { UsageError } from '../model/faults.ts';
import type { StackReport } from '../model/layers/stack-report.ts';
import { printable } from '../render/printable.ts';
import type { SettingsOptions } from './options.ts';
import { loadSettings } from './settings.ts';
import { openSource } from './source.ts';
import { type ColourChoice, type Terminal, textWidth, wantsColour, warn } from './terminal.ts';

interface StackOptions extends SettingsOptions {
  readonly from?: string;
  readonly format: 'text' | 'json' | 'html';
  readonly output?: string;
  readonly color: ColourChoice;
}

/** What monitoring reads as unknown: device-mapper itself could not be read. */
const UNREAD = 3;

/** Draws the way down from what was asked for. It shows and does not judge: 0 whatever state it shows. */
export async function runStack(word: string, options: StackOptions, terminal: Terminal): Promise<number> {
  const { host, label } = await openSource(options.from, terminal);
  const { config } = await loadSettings(options, terminal, 'helpful', label !== 'live');
  const answer = await readStack(host, label, word, config.mounts);
  if ('unread' in answer) {
    await warn(terminal, `there is nothing to draw: ${answer.unread}`);
    return UNREAD;
  }
  if ('nearest' in answer) throw new UsageError(notFound(word, answer));
  const text = await rendered(answer.report, options, terminal);
  if (options.output === undefined || options.output === '-') await terminal.stdout.write(text);
  else await writeAtomically(options.output, text);
  return 0;
}

function notFound(
  word: string,
  { nearest, notSeen }: { readonly nearest: readonly string[]; readonly notSeen: readonly string[] },
): string {
  const meant =
    nearest.length === 0
      ? 'it takes a VMID, a volume such as local-lvm:vm-100-disk-0, or a device such as sda'
      : `did you mean ${nearest.map(printable).join(' or ')}?`;
  const unseen = notSeen.length === 0 ? '' : `; not everything could be seen: ${notSeen.map(printable).join('; ')}`;
  return `no guest, volume or disk ${printable(word)} was found on this node; ${meant}${unseen}`;
}

async function rendered(report: StackReport, options: StackOptions, terminal: Terminal): Promise<string> {
  switch (options.format) {
    case 'json':
      return (await import('../render/json.ts')).jsonText(report);
    case 'html':
      return (await import('../render/html/stack-page.ts')).renderStackHtml(report);
    default: {
      const { renderStack } = await import('../render/stack.ts');
      const colour = wantsColour(terminal, options.color, options.output !== undefined);
      return renderStack(report, { width: textWidth(terminal), colour });
    }
  }
}
