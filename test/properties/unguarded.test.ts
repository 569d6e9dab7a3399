import { describe, expect, it } from 'vitest';
import { FORMS, type Form, renderAs } from '../../src/cli/forms.ts';
import type { ClusterReport } from '../../src/model/report/cluster-report.ts';
import type { Report } from '../../src/model/report/report.ts';
import { renderClusterHtml } from '../../src/render/cluster/html.ts';
import { renderClusterText } from '../../src/render/cluster/text.ts';
import { textsOf } from '../../src/render/message/compose.ts';
import { goldenReports } from '../data/golden-reports.ts';
import { firstChange } from '../data/hostile-texts.ts';
import { clusterReportOf, clusterSituations } from '../goldens/cluster-goldens.ts';

/** Whatever a form shows beside the lines of commands names programs and their options, and never what they would change. */

const CHANGES = [
  'lvchange|vgchange|lvextend|lvconvert|lvremove|lvrename|lvresize|pvresize|pvmove|vgreduce|vgextend',
  'dmsetup (?:remove|suspend|resume|create|reload|message)|multipath -[arfF]|multipathd (?:resize|add|del|reconfigure)',
  'umount|mount(?= +-)|systemctl (?:start|stop|restart)|kill|rm|iscsiadm .{0,80}--log(?:in|out)',
  '(?:qm|pct) (?:unlock|delsnapshot|rollback|start|stop|reboot|shutdown|destroy|set|rescan)|pvesm (?:free|set|alloc)|pvesr (?:run|schedule-now)',
  'rbd (?:rm|unmap|lock rm|trash (?:rm|purge|restore))|zfs (?:destroy|rollback)|zpool (?:clear|online|replace)|mdadm --(?:add|re-add|manage)',
].join('|');

/** A path, a volume, a VMID, a unit, a device: what a program would act on, behind its options. */
const OBJECT =
  "(?: +-{1,2}[\\w-]+(?:[ =](?:y|n|\\d+%?))?)* +(?:-- +)?'?(?:/[\\w]|\\d|[\\w.-]+[:/][\\w.-]|[\\w-]+\\.mount)";

const UNGUARDED = new RegExp(`(?<![\\w./-])(?:${CHANGES})${OBJECT}[^\\n]{0,80}`, 'g');

const ENTITIES: Readonly<Record<string, string>> = {
  '&#39;': "'",
  '&quot;': '"',
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
};

/** The text of a page, each command on a line of its own. */
const plain = (html: string): string =>
  html
    .replace(/<style[\s\S]*?<\/style>|<script[\s\S]*?<\/script>/g, '')
    .replace(/<\/?(?:pre|p|dd|dt|div|td|tr)\b[^>]*>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:#39|quot|lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);

const stringsIn = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [value] : value instanceof Object ? Object.values(value).flatMap(stringsIn) : [];

const textOfJson = (json: string): string => stringsIn(JSON.parse(json)).join('\n');

const linesOf = ({ findings, problems }: Pick<Report | ClusterReport, 'findings' | 'problems'>): readonly string[] =>
  [...findings.flatMap(({ remedy }) => remedy.commands), ...problems.flatMap(({ next }) => next.command ?? [])]
    .map(({ line }) => line)
    .sort((a, b) => b.length - a.length);

/** What is left of a text that reads like a command that changes something of this node. */
function unguarded(text: string, lines: readonly string[]): readonly string[] {
  const rest = lines.reduce((left, line) => left.replaceAll(line, ''), text);
  return rest.match(UNGUARDED) ?? [];
}

const LOOKS = [false, true].map((verbose) => ({
  ...{ width: 10_000, colour: false, quiet: false, runningFirst: false },
  verbose,
}));

async function formsOf(report: Report): Promise<readonly (readonly [string, string])[]> {
  const shown = await Promise.all(
    (Object.keys(FORMS) as Form[]).flatMap((form) =>
      LOOKS.map(async (look) => [form, await renderAs(form, report, look)] as const),
    ),
  );
  const message = textsOf({ id: 'x', createdAt: report.takenAt, report, change: firstChange(report), kind: 'report' });
  return [
    ...shown.map(([form, text]): readonly [string, string] => {
      if (form === 'html') return [form, plain(text)];
      return [form, form === 'json' ? textOfJson(text) : text];
    }),
    ['mail', message.text],
    ['page of a mail', plain(message.html)],
    ['short message', message.brief],
    ['webhook', textOfJson(message.json)],
  ];
}

describe('what would change something', () => {
  it('is told from what only names a program', () => {
    for (const bare of [
      'umount /mnt/nas',
      'lvchange --refresh san/vm-100-disk-0',
      'lvchange -an -- san/vm-100-disk-0',
      'qm unlock 100',
      'systemctl start mnt-x.mount',
      'pvesm free san:vm-100-disk-0',
      'pvesr schedule-now 100-0',
      "mount -a '/x",
    ])
      expect(unguarded(`Run \`${bare}\`.`, []), bare).toHaveLength(1);
    for (const named of [
      'If `umount` says that it is busy',
      '`multipath -r` takes one',
      'a mount point',
      '`qm unlock`)',
    ])
      expect(unguarded(named, []), named).toEqual([]);
  });

  it.each(Object.keys(goldenReports))('stands in no form of %s but with its guard', async (situation) => {
    const report = goldenReports[situation];
    if (report === undefined) throw new Error(situation);
    const lines = linesOf(report);
    for (const [form, text] of await formsOf(report))
      expect({ form, left: unguarded(text, lines) }).toEqual({ form, left: [] });
  });

  it.each(clusterSituations)('stands in no form of %s but with its guard', (situation) => {
    const report = clusterReportOf(situation);
    const lines = linesOf(report);
    for (const look of LOOKS) expect(unguarded(renderClusterText(report, look), lines)).toEqual([]);
    expect(unguarded(plain(renderClusterHtml(report)), lines)).toEqual([]);
    expect(unguarded(stringsIn(report).join('\n'), lines)).toEqual([]);
  });
});
