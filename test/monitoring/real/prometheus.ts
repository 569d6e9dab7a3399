import type { Case } from '../../run-cases.ts';
import { readExposition } from '../exposition.ts';
import { dashboard, panelQueries, type Query, ruleQueries } from '../queries.ts';
import { same } from './case.ts';
import { NODES, type RunningPrometheus, startPrometheus } from './server.ts';

interface Result {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

let running: RunningPrometheus | null = null;

const server = (): RunningPrometheus => {
  if (running === null) throw new Error('Prometheus does not run');
  return running;
};

const query = async (expr: string): Promise<readonly Result[]> =>
  ((await server().api('query', { query: expr })) as { result: readonly Result[] }).result;

/** Grafana puts the chosen nodes in; all of them are `.+`. */
const forAllNodes = ({ expr }: Query): string => expr.replaceAll('$instance', '.+');

/** Series by their labels as Prometheus keeps them: without empty ones, which it takes for absent. */
const identity = (name: string, labels: Readonly<Record<string, string>>): string =>
  JSON.stringify([
    name,
    ...Object.entries(labels)
      .filter(([, value]) => value !== '')
      .sort(),
  ]);

async function keepsEverySeries(): Promise<void> {
  for (const node of NODES) {
    const kept = await query(`{__name__=~"pve_doctor_.+", instance="${node}"}`);
    const theirs = kept.map(({ metric, value }) => {
      const { __name__: name = '', job: _job, instance: _instance, ...labels } = metric;
      return `${identity(name, labels)} ${Number(value[1])}`;
    });
    const ours = readExposition(server().textOf(node)).flatMap(({ series }) =>
      series.map(({ name, labels, value }) => `${identity(name, labels)} ${value}`),
    );
    same(theirs.toSorted(), ours.toSorted(), `series of ${node}`);
  }
}

async function answersEveryPanel(): Promise<void> {
  const silent: string[] = [];
  for (const panel of panelQueries()) {
    const results = await query(forAllNodes(panel));
    const labels = new Set(results.flatMap(({ metric }) => Object.keys(metric)));
    if (results.length === 0) silent.push(`${panel.where} has no data: ${panel.expr}`);
    silent.push(...panel.named.filter((label) => !labels.has(label)).map((label) => `${panel.where}: no ${label}`));
  }
  if (silent.length > 0) throw new Error(silent.join('\n'));
}

async function offersEveryNode(): Promise<void> {
  const asked = dashboard().templating.list.find(({ name }) => name === 'instance');
  same(
    asked?.query,
    {
      qryType: 1,
      query: 'label_values(pve_doctor_info, instance)',
      refId: 'PrometheusVariableQueryEditor-VariableQuery',
    },
    'the variable',
  );
  const offered = (await server().api('label/instance/values', { 'match[]': 'pve_doctor_info' })) as string[];
  same(offered.toSorted(), NODES.toSorted(), 'nodes to choose from');
}

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly name: string; readonly health: string; readonly lastError?: string }[];
  }[];
}

async function alerts(): Promise<void> {
  const { groups } = (await server().api('rules', { type: 'alert' })) as Rules;
  const rules = groups.flatMap((group) => group.rules);
  same(rules.length, ruleQueries().length, 'number of rules');
  const ill = rules.filter(({ health }) => health !== 'ok');
  if (ill.length > 0)
    throw new Error(ill.map(({ name, health, lastError }) => `${name}: ${health} ${lastError}`).join('\n'));
  // Pending is enough: how long each waits is what `promtool test rules` proves.
  const raised = await query('ALERTS{alertstate=~"pending|firing"}');
  const of = (instance: string) =>
    [
      ...new Set(
        raised.filter(({ metric }) => metric['instance'] === instance).map(({ metric }) => metric['alertname'] ?? ''),
      ),
    ]
      .filter((name) => name !== 'PveDoctorStale')
      .toSorted();
  same(of('example-node'), ['PveDoctorWarning'], 'alerts of example-node');
  same(of('healthy-mixed-node'), [], 'alerts of healthy-mixed-node');
  same(
    of('pmxcfs-not-mounted'),
    ['PveDoctorCannotJudge', 'PveDoctorCritical', 'PveDoctorWarning'],
    'alerts of pmxcfs-not-mounted',
  );
  same(of('mounts-ten-dead').includes('PveDoctorMountStale'), true, 'a stale mount of mounts-ten-dead');
  same(of('mounts-full-and-read-only').includes('PveDoctorMountFull'), true, 'a full mount');
}

async function readsEveryFile(): Promise<void> {
  const errors = await query('node_textfile_scrape_error');
  same(
    errors.map(({ value }) => value[1]),
    NODES.map(() => '0'),
    'node_textfile_scrape_error',
  );
}

export const PROMETHEUS: readonly Case[] = [
  {
    name: `Prometheus scrapes ${NODES.length} nodes through node_exporter, which reads the files as nobody`,
    run: async () => {
      running = await startPrometheus();
      await readsEveryFile();
    },
  },
  { name: 'Prometheus keeps every series with the value that our own reader sees', run: keepsEverySeries },
  { name: 'every query of the dashboard has data and the labels that its panel shows', run: answersEveryPanel },
  { name: 'the dashboard offers every node', run: offersEveryNode },
  { name: 'the alert rules are evaluated, and are raised where they should be', run: alerts },
];

export const stopPrometheus = (): void => running?.stop();
