import { instant } from '../counted.ts';
import { type Markup, markup } from '../markup.ts';
import type { Lookup } from './lookup.ts';
import type { Section } from './parts.ts';

const command = (...words: readonly string[]): Markup =>
  markup`<pre><code>${['pve-doctor', ...words].join(' ')}</code></pre>`;

/** In which order things are put right, and what to know before a command is run. */
export function remedySection({ report }: Lookup): Section {
  const { findings, takenAt } = report;
  const offered = findings.filter(({ repair }) => repair.offered).length;
  const refused = findings.filter(({ repair, repairAction }) => !repair.offered && repairAction !== null).length;
  return {
    id: 'remedies',
    title: 'Remediation guidance',
    note: offered === 0 ? '' : `${offered} offered`,
    body:
      findings.length === 0
        ? markup`<p>There is nothing to put right among what was judged.</p>`
        : markup`<p>pve-doctor offers to repair ${offered} of ${findings.length} findings${refused === 0 ? null : `, refuses ${refused} for the reason that each names`}; on the others it gives guidance.</p>
<ol class="steps"><li>See what would be run, and what is refused and why. This changes nothing.${command('clean', '--dry-run')}</li>
<li>Repair, one entry at a time: duplicates first, then orphans, children before parents. Enter means no, and what is in use is skipped.${command('clean')}</li>
<li>Check again. What was done stands in the history, and can be taken back with <code class="k">pve-doctor undo ID</code>.${command('check')}</li></ol>
<h3>Before you run a command by hand</h3>
<ul class="steps"><li>The commands fit the node as it was at ${instant(takenAt)}. It may have changed since: names are used again, and guests start and move.</li>
<li><code class="k">pve-doctor clean</code> reads each fact again right before each step and stops at the first surprise. A command run by hand has no such gate.</li>
<li>Leave alone what is marked as in use, or whose use is not known: its guest has to be stopped first, or its holder closed.</li>
<li>No command here deletes a volume. Removing a device-mapper entry or deactivating a volume leaves the data where it is.</li></ul>`,
  };
}
