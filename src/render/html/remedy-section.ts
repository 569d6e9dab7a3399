import { counted, instant } from '../counted.ts';
import { type Markup, markup } from '../markup.ts';
import type { Lookup } from './lookup.ts';
import type { Section } from './parts.ts';

const command = (...words: readonly string[]): Markup =>
  markup`<pre><code>${['pve-doctor', ...words].join(' ')}</code></pre>`;

/** In which order things are put right, and what to know before a command is run. */
export function remedySection({ report }: Lookup): Section {
  const { findings } = report;
  const offered = findings.filter(({ repair }) => repair.offered).length;
  const refused = findings.filter(({ repair, repairAction }) => !repair.offered && repairAction !== null).length;
  return {
    id: 'remedies',
    title: 'Remediation guidance',
    note: offered === 0 ? '' : `${offered} offered`,
    body:
      findings.length === 0
        ? markup`<p>There is nothing to put right among what was judged.</p>`
        : markup`<p>${offer(findings.length, offered, refused)}</p>
${offered + refused === 0 ? null : steps()}
${byHand(report.takenAt)}`,
  };
}

function offer(total: number, offered: number, refused: number): string {
  if (offered + refused === 0)
    return `pve-doctor has no repair for ${total === 1 ? 'this finding' : `these ${total} findings`}: each says what to do by hand.`;
  const not = refused === 0 ? '' : `, and refuses ${refused} for the reason that each names`;
  const left = total - offered - refused;
  return `pve-doctor offers to repair ${offered} of ${counted(total, 'finding')}${not}.${left === 0 ? '' : ` For the other ${left} it gives guidance.`}`;
}

const steps = (): Markup => markup`<ol class="steps">
<li>See what would be run, and what is refused and why. This changes nothing.${command('clean', '--dry-run')}</li>
<li>Repair, one entry at a time: duplicates first, then orphans, children before parents. Enter means no, and what is in use is skipped.${command('clean')}</li>
<li>Check again. What was done stands in the history, and <code class="k">pve-doctor undo ID</code> puts it back.${command('check')}</li></ol>`;

const byHand = (takenAt: string): Markup => markup`<h3>Before you run a command by hand</h3>
<ul class="steps"><li>The commands fit the node as it was at ${instant(takenAt)}. It may have changed since: names are used again, and guests start and move.</li>
<li><code class="k">pve-doctor clean</code> reads each fact again right before each step and stops at the first surprise. A command run by hand has no such gate.</li>
<li>Leave alone what is marked as in use, or whose use is not known: its guest has to be stopped first, or its holder closed.</li>
<li>No command here deletes a volume. Removing a device-mapper entry or deactivating a volume leaves the data where it is.</li></ul>`;
