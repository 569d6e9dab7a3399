/**
 * What a Checkmk server takes from a line of a local check (docs.checkmk.com, localchecks): one line that it does not
 * understand makes the discovery of all local checks of the host fail.
 */

export interface LocalService {
  readonly state: number;
  readonly service: string;
  readonly metrics: Readonly<Record<string, number>>;
  /** Summary first, then the details. */
  readonly lines: readonly string[];
}

const LINE = /^([0-3]) "([^"']+)" (-|\S+) (\S.*)$/;
const METRIC = /^([A-Za-z_][A-Za-z0-9_.]*)=(-?\d+(?:\.\d+)?)(?:;[^;|]*){0,4}$/;

export function readLocalCheck(output: string): readonly LocalService[] {
  if (!output.endsWith('\n')) throw new Error('the last line has no end');
  return output.slice(0, -1).split('\n').map(readLine);
}

function readLine(line: string): LocalService {
  const [, state = '', service = '', metrics = '', text = ''] = LINE.exec(line) ?? [];
  if (service === '') throw new Error(`not a line of a local check: ${line}`);
  const read = (metrics === '-' ? [] : metrics.split('|')).map((metric) => {
    const [, name = '', value = ''] = METRIC.exec(metric) ?? [];
    if (name === '') throw new Error(`no metric: ${metric}`);
    return [name, Number(value)] as const;
  });
  if (new Set(read.map(([name]) => name)).size < read.length) throw new Error(`a metric twice: ${line}`);
  return { state: Number(state), service, metrics: Object.fromEntries(read), lines: text.split('\\n') };
}
