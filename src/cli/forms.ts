import { writeAtomically } from '../host/output-file.ts';
import type { Report } from '../model/report/report.ts';
import type { TextOptions } from '../render/page.ts';
import type { Terminal } from './terminal.ts';

/** A report in one form. Forms for programs have one look and leave the second argument alone. */
type Renderer = (report: Report, look: TextOptions) => string;

/**
 * Forms that monitoring reads: always of the whole node, since what --severity leaves out would look like health there.
 */
const WHOLE: ReadonlySet<string> = new Set(['prometheus', 'nagios', 'checkmk']);

/** Forms in files that a program of another user reads, whatever the umask: node_exporter does not run as root. */
const FOR_OTHERS: ReadonlySet<string> = new Set(['prometheus']);

/** The forms of `check --format`, one line each. A renderer is loaded only when its form is asked for. */
export const FORMS = {
  text: async () => (await import('../render/text.ts')).renderText,
  json: async () => (await import('../render/json.ts')).renderJson,
  html: async () => (await import('../render/html/html.ts')).renderHtml,
  prometheus: async () => (await import('../render/prometheus.ts')).renderPrometheus,
  nagios: async () => (await import('../render/nagios.ts')).renderNagios,
  checkmk: async () => (await import('../render/checkmk.ts')).renderCheckmk,
} satisfies Record<string, () => Promise<Renderer>>;

export type Form = keyof typeof FORMS;

export const showsWhole = (form: Form): boolean => WHOLE.has(form);

interface Written {
  readonly output?: string;
  readonly format: Form;
}

/** On the standard output, and in no file. */
export const isShown = ({ output }: Pick<Written, 'output'>): boolean => output === undefined || output === '-';

/** To the file that was asked for, whole or not at all, or to the standard output. */
export async function writeForm(text: string, { output, format }: Written, terminal: Terminal): Promise<void> {
  if (output === undefined || isShown({ output })) await terminal.stdout.write(text);
  else await writeAtomically(output, text, 0o644, FOR_OTHERS.has(format) ? 'exact' : 'umask');
}

export async function renderAs(form: Form, report: Report, look: TextOptions): Promise<string> {
  const render: Renderer = await FORMS[form]();
  return render(report, look);
}
