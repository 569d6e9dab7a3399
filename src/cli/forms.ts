import type { Report } from '../model/report.ts';
import type { TextOptions } from '../render/page.ts';

/** A report in one form. Forms for programs have one look and leave the second argument alone. */
type Renderer = (report: Report, look: TextOptions) => string;

/** The forms of `check --format`, one line each. A renderer is loaded only when its form is asked for. */
export const FORMS = {
  text: async () => (await import('../render/text.ts')).renderText,
  json: async () => (await import('../render/json.ts')).renderJson,
} satisfies Record<string, () => Promise<Renderer>>;

export type Form = keyof typeof FORMS;

export async function renderAs(form: Form, report: Report, look: TextOptions): Promise<string> {
  const render: Renderer = await FORMS[form]();
  return render(report, look);
}
