/**
 * What Nagios makes of a plugin's output (monitoring-plugins.org/doc/guidelines.html, sections 2 and 2.6; the split at `|`
 * as in Nagios Core's parse_check_output): status line, long text, performance data of both parts.
 */

export interface Datum {
  readonly label: string;
  readonly value: number;
  readonly unit: string;
  readonly limits: readonly string[];
}

export interface PluginOutput {
  readonly word: string;
  readonly text: string;
  readonly long: readonly string[];
  readonly data: readonly Datum[];
  readonly firstLineBytes: number;
  readonly bytes: number;
}

const DATUM = /^'([^'=|]+)'=(-?\d+(?:\.\d+)?)(s|%|B|)((?:;[^;' ]*){0,4})$/;
const RANGE = /^(?:@?(?:~|-?\d+(?:\.\d+)?)?:?(?:-?\d+(?:\.\d+)?)?)?$/;

export function readPluginOutput(output: string): PluginOutput {
  if (!output.endsWith('\n')) throw new Error('the last line has no end');
  const [first = '', ...rest] = output.slice(0, -1).split('\n');
  const [head, firstData] = splitOnce(first);
  const [, word = '', text = ''] = /^STORAGE (OK|WARNING|CRITICAL|UNKNOWN) - (.+)$/.exec(head) ?? [];
  if (word === '') throw new Error(`no status line: ${first}`);
  const [long, secondData] = splitOnce(rest.join('\n'));
  return {
    ...{ word, text, long: long.split('\n') },
    data: [...readData(firstData), ...readData(secondData)],
    firstLineBytes: Buffer.byteLength(first),
    bytes: Buffer.byteLength(output),
  };
}

function splitOnce(text: string): readonly [string, string] {
  const [before = '', after = '', ...more] = text.split('|');
  if (more.length > 0) throw new Error(`a second "|": ${text}`);
  return [before.trimEnd(), after.trim()];
}

function readData(text: string): readonly Datum[] {
  const data = (text === '' ? [] : text.split(/\s+/)).map((item): Datum => {
    const [, label = '', value = '', unit = '', limits = ''] = DATUM.exec(item) ?? [];
    const parts = limits === '' ? [] : limits.slice(1).split(';');
    if (label === '' || !parts.every((part) => RANGE.test(part))) throw new Error(`no performance data: ${item}`);
    return { label, value: Number(value), unit, limits: parts };
  });
  if (new Set(data.map(({ label }) => label)).size < data.length) throw new Error(`a label twice: ${text}`);
  return data;
}
