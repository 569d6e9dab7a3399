import type { Report } from '../model/report.ts';

/** Whether none of these sections was unreadable: a count of what could be read alone would look like health. */
export const wereRead = ({ sections }: Pick<Report, 'sections'>, ...names: readonly string[]): boolean =>
  names.every((name) => sections.some((section) => section.name === name && section.state !== 'unreadable'));

/** Whether all was read that mounts are counted from. */
export const mountsWereRead = (report: Pick<Report, 'sections'>): boolean =>
  wereRead(report, 'mounts', 'containers', 'expectedMounts', 'mountProbes');
