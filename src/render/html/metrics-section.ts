import type { HostFacts } from '../../model/host-facts.ts';
import { bytes, counted, uptime } from '../counted.ts';
import { type Markup, markup } from '../markup.ts';
import type { Lookup } from './lookup.ts';
import { bar, notKnown, type Section } from './parts.ts';

const fact = (label: string, value: string | null, below: Markup | null = null): Markup =>
  markup`<div><dt>${label}</dt><dd>${value === null || value === '' ? 'not known' : value}${below}</dd></div>
`;

function share(label: string, available: number | null, total: number | null): Markup {
  if (available === null || total === null || total === 0) return fact(label, null);
  const used = (100 * (total - available)) / total;
  return fact(
    label,
    `${Math.floor(used)} % used`,
    markup`${bar(used)}<small>${bytes(available)} available of ${bytes(total)}</small>`,
  );
}

/** Against the processors: a load of as many as there are is a full machine. */
function load({ loadAverages, cpuCount }: HostFacts): Markup {
  if (loadAverages === null) return fact('Load', null);
  const [one, five, fifteen] = loadAverages;
  const per = cpuCount === null || cpuCount === 0 ? null : bar((100 * one) / cpuCount);
  return fact('Load', `${one}`, markup`${per}<small>${five} over 5 minutes, ${fifteen} over 15</small>`);
}

/** The machine itself. */
export function metricsSection({ report: { host } }: Lookup): Section {
  const title = { id: 'metrics', title: 'System metrics' };
  if (host === null) return notKnown(title, '?', 'The facts of this machine could not be read.');
  return {
    ...title,
    note: '',
    body: markup`<dl class="meters">${load(host)}${share('Memory', host.memoryAvailableBytes, host.memoryTotalBytes)}${share('Root disk', host.rootAvailableBytes, host.rootTotalBytes)}${fact('Uptime', host.uptimeSeconds === null ? null : uptime(host.uptimeSeconds))}${fact('CPU', host.cpuModel, host.cpuCount === null ? null : markup`<small>${counted(host.cpuCount, 'CPU')}</small>`)}${fact('Model', host.model)}${fact('Proxmox VE', host.pveVersion ?? 'not installed here')}${fact('Kernel', host.kernelRelease)}</dl>`,
  };
}
