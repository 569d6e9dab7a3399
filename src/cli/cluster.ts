import { type ClusterCheck, checkCluster } from '../engine/check-cluster.ts';
import type { ClusterReport } from '../model/report/cluster-report.ts';
import type { TextOptions } from '../render/page.ts';
import { printable } from '../render/printable.ts';
import { type Form, writeForm } from './forms.ts';
import type { SettingsOptions } from './options.ts';
import { withKnown } from './past-runs.ts';
import { loadSettings } from './settings.ts';
import { openSource } from './source.ts';
import { type ColourChoice, lookOf, type Terminal, warn } from './terminal.ts';

interface ReadOptions extends SettingsOptions {
  readonly from?: string;
  readonly fresh?: boolean;
}

interface ClusterOptions extends ReadOptions {
  readonly format: Form;
  readonly output?: string;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  readonly color: ColourChoice;
}

type Renderer = (report: ClusterReport, look: TextOptions) => string;

const FORMS: Readonly<Record<Form, () => Promise<Renderer>>> = {
  text: async () => (await import('../render/cluster/text.ts')).renderClusterText,
  json: async () => (await import('../render/json.ts')).jsonText,
  html: async () => (await import('../render/cluster/html.ts')).renderClusterHtml,
  prometheus: async () => (await import('../render/cluster/plugins.ts')).renderClusterPrometheus,
  nagios: async () => (await import('../render/cluster/plugins.ts')).renderClusterNagios,
  checkmk: async () => (await import('../render/cluster/plugins.ts')).renderClusterCheckmk,
};

/** What monitoring reads as unknown. */
const NO_CLUSTER = 3;

/** All nodes of the cluster as this one sees them. Exit status as of check. */
export async function runCluster(options: ClusterOptions, terminal: Terminal): Promise<number> {
  const checked = await readCluster(options, terminal);
  if (!('report' in checked)) {
    const text = withoutCluster(options.format, checked.because);
    if (text !== '') await writeForm(text, options, terminal);
    await warn(terminal, `there is no cluster to show: ${printable(checked.because)}`);
    return NO_CLUSTER;
  }
  const render = await FORMS[options.format]();
  await writeForm(render(checked.report, lookOf(terminal, options)), options, terminal);
  return checked.report.exitCode;
}

async function readCluster(options: ReadOptions, terminal: Terminal): Promise<ClusterCheck> {
  const { host, label } = await openSource(options.from, terminal, options.fresh);
  const loaded = await loadSettings(options, terminal, 'helpful', label !== 'live');
  return await checkCluster(host, label, loaded.config.mounts, async (report) =>
    label === 'live' ? await withKnown(report, loaded, terminal) : report,
  );
}

/** Monitoring reads one line in any case; other forms have nothing to say. */
function withoutCluster(form: Form, because: string): string {
  const plain = printable(because).replaceAll(/[|;"]/g, ' ');
  if (form === 'nagios') return `CLUSTER UNKNOWN - ${plain}\n`;
  return form === 'checkmk' ? `${NO_CLUSTER} "PVE-Doctor cluster" - ${plain}\n` : '';
}

/** The same as one HTML file, for `report --cluster`; why there is none. */
export async function clusterHtml(
  options: ReadOptions,
  terminal: Terminal,
): Promise<string | { readonly because: string }> {
  const checked = await readCluster(options, terminal);
  if (!('report' in checked)) return checked;
  return (await FORMS.html())(checked.report, lookOf(terminal, {}));
}
