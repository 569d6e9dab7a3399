/**
 * A strict reader of the Prometheus text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats): it takes
 * less than Prometheus does. Each family stands together, HELP and TYPE first and once, no series twice, no timestamps.
 */

export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ReadFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly series: readonly Series[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const HEAD = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`);
const SAMPLE = new RegExp(`^(${NAME})(\\{.*\\})? ([^ ]+)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(,|\}$)/y;
const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/;

export function readExposition(text: string): readonly ReadFamily[] {
  if (text === '') return [];
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families: { name: string; help: string; type: string; series: Series[] }[] = [];
  const seen = new Set<string>();
  let help: { name: string; text: string } | null = null;
  for (const line of text.slice(0, -1).split('\n')) {
    const head = HEAD.exec(line);
    if (head !== null) {
      const [, kind, name = '', rest = ''] = head;
      if (kind === 'HELP') {
        if (help !== null || families.some((family) => family.name === name)) throw new Error(`HELP twice: ${line}`);
        help = { name, text: unescaped(rest, /\\[\\n]/g) };
      } else {
        if (help?.name !== name || !/^(?:gauge|counter|untyped)$/.test(rest)) throw new Error(`wrong TYPE: ${line}`);
        families.push({ name, help: help.text, type: rest, series: [] });
        help = null;
      }
      continue;
    }
    const series = readSample(line);
    const family = families.at(-1);
    if (help !== null || family?.name !== series.name) throw new Error(`outside its family: ${line}`);
    const identity = line.slice(0, line.lastIndexOf(' '));
    if (seen.has(identity)) throw new Error(`twice: ${line}`);
    seen.add(identity);
    family.series.push(series);
  }
  const empty = families.find(({ series }) => series.length === 0);
  if (help !== null || empty !== undefined) throw new Error(`a family without a sample: ${empty?.name ?? help?.name}`);
  return families;
}

function readSample(line: string): Series {
  const [, name = '', block, number = ''] = SAMPLE.exec(line) ?? [];
  if (name === '' || !NUMBER.test(number)) throw new Error(`no sample: ${line}`);
  return { name, labels: block === undefined ? {} : readLabels(block, line), value: Number(number) };
}

function readLabels(block: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 1;
  for (;;) {
    const found = LABEL.exec(block);
    if (found === null) throw new Error(`wrong labels: ${line}`);
    const [, label = '', value = '', end] = found;
    if (label in labels || label.startsWith('__')) throw new Error(`label ${label}: ${line}`);
    labels[label] = unescaped(value, /\\["\\n]/g);
    if (end === '}') return labels;
  }
}

const unescaped = (text: string, escapes: RegExp): string => {
  if (text.replaceAll(escapes, '').includes('\\')) throw new Error(`a lone backslash: ${text}`);
  return text.replaceAll(escapes, (pair) => (pair === '\\n' ? '\n' : pair.slice(1)));
};
