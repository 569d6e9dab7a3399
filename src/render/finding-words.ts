import type { ReportedFinding } from '../model/finding.ts';
import type { Acknowledged } from '../model/report/problem.ts';
import { printable } from './printable.ts';

/** What is said of a finding whose certainty is `maybe`; empty of any other. */
export function doubtOf({ certainty, subject }: ReportedFinding): string {
  if (certainty === 'certain') return '';
  return subject.kind === 'mount'
    ? 'the server may refuse root alone, and on purpose'
    : 'some text may refer to it although PVE does not read it so';
}

/** `by root until 2026-12-21: "waiting for the vendor"`. */
export const acknowledgedWords = ({ by, until, reason }: Acknowledged): string =>
  `acknowledged by ${printable(by)}${until === null ? '' : ` until ${until.slice(0, 10)}`}: ${printable(reason)}`;

/** What one finding of a problem said already is not said again; its own commands stay. */
export function onceOnly(findings: readonly ReportedFinding[]): readonly ReportedFinding[] {
  const impacts = new Set<string>();
  const remedies = new Set<string>();
  return findings.map((finding) => {
    const impact = impacts.has(finding.impact) ? '' : finding.impact;
    const text = remedies.has(finding.remedy.text) ? '' : finding.remedy.text;
    impacts.add(finding.impact);
    remedies.add(finding.remedy.text);
    return { ...finding, impact, remedy: { ...finding.remedy, text } };
  });
}
