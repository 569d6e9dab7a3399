import { METRICS, type Metric } from '../../src/render/prometheus-metrics.ts';
import { read } from '../repo/repository.ts';

/** A PromQL expression of ours, where it stands, and the labels that the text beside it names. */
export interface Query {
  readonly where: string;
  readonly expr: string;
  readonly named: readonly string[];
}

interface Target {
  readonly expr: string;
  readonly legendFormat: string;
  readonly refId: string;
  readonly datasource: { readonly uid: string };
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
  readonly transformations?: readonly {
    readonly id: string;
    readonly options: { readonly include?: { readonly names: readonly string[] } };
  }[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly query: unknown }[];
  };
  readonly time: { readonly from: string; readonly to: string };
}

export const DASHBOARD = 'packaging/grafana/pve-doctor.json';
export const RULES = 'packaging/prometheus/pve-doctor.rules.yml';

export const dashboard = (): Dashboard => JSON.parse(read(DASHBOARD)) as Dashboard;

const labelsIn = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, label = '']) => label);

export const panelQueries = (): readonly Query[] =>
  dashboard().panels.flatMap(({ title, targets = [], transformations = [] }) =>
    targets.map(({ expr, legendFormat }) => ({
      where: `panel "${title}"`,
      expr,
      named: [
        ...labelsIn(legendFormat, /\{\{\s*(\w+)\s*\}\}/g),
        ...transformations.flatMap(({ options }) => options.include?.names ?? []).filter((name) => name !== 'Value'),
      ],
    })),
  );

/** The rules file is read by its own fixed layout: an expression is one line, or a block below `expr: |`. */
export const ruleQueries = (): readonly Query[] =>
  read(RULES)
    .split(/^ {6}- alert: /m)
    .slice(1)
    .map((rule) => {
      const block = /^ {8}expr: \|\n((?: {10}.*\n)+)/m.exec(rule)?.[1];
      return {
        where: `alert ${rule.slice(0, rule.indexOf('\n'))}`,
        expr: (block ?? /^ {8}expr: (.+)$/m.exec(rule)?.[1] ?? '').replaceAll(/\s+/g, ' ').trim(),
        named: labelsIn(rule, /\$labels\.(\w+)/g),
      };
    });

/** Labels that every series has from whoever scrapes it. */
const FROM_THE_TARGET = ['job', 'instance'];

const TABLE: ReadonlyMap<string, Metric> = new Map(METRICS.map((metric) => [metric.name, metric]));

/** What is wrong with a query: metrics and labels that the table does not have, or that an aggregation took away. */
export function queryProblems({ where, expr, named }: Query): readonly string[] {
  const selectors = [...expr.matchAll(/\b(pve_doctor_\w+)(?:\{([^}]*)\})?/g)];
  const labelsOf = (name: string) => [...FROM_THE_TARGET, ...(TABLE.get(name)?.labels ?? [])];
  const all = new Set(selectors.flatMap(([, name = '']) => labelsOf(name)));
  const kept = /\b(?:sum|count|max|min) by \(([^)]*)\)/.exec(expr)?.[1]?.split(/,\s*/);
  const grouped = [...expr.matchAll(/\b(?:by|on|ignoring) \(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(/,\s*/),
  );
  return [
    ...(selectors.length === 0 ? [`${where}: no metric in ${expr}`] : []),
    ...selectors.flatMap(([, name = '', matchers = '']) => [
      ...(TABLE.has(name) ? [] : [`${where}: no metric ${name}`]),
      ...labelsIn(matchers, /(\w+)\s*(?:=~|!~|!=|=)/g)
        .filter((label) => !labelsOf(name).includes(label))
        .map((label) => `${where}: ${name} has no label ${label}`),
    ]),
    ...grouped.filter((label) => !all.has(label)).map((label) => `${where}: nothing has a label ${label}`),
    ...named
      .filter((label) => !(kept ?? [...all]).includes(label))
      .map((label) => `${where}: ${label} is not in the result`),
  ];
}

/** `severity="critical"` and the like: a value that never occurs selects nothing, for ever. */
export const matchedValues = ({ expr }: Query): readonly (readonly [string, string, string])[] =>
  [...expr.matchAll(/\b(pve_doctor_\w+)\{([^}]*)\}/g)].flatMap(([, name = '', matchers = '']) =>
    [...matchers.matchAll(/(\w+)="([^"$]*)"/g)].map(([, label = '', value = '']) => [name, label, value] as const),
  );
