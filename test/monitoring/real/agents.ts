import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Report } from '../../../src/model/report/report.ts';
import { renderNagios } from '../../../src/render/nagios.ts';
import { CAPTURES } from '../../capture-files.ts';
import { goldenReports } from '../../data/golden-reports.ts';
import { ROOT } from '../../repo/repository.ts';
import type { Case } from '../../run-cases.ts';
import { anyReport, KNOWN_REPORTS } from '../any-report.ts';
import { readPluginOutput } from '../plugin-output.ts';
import { same } from './case.ts';
import { ICINGA_INCLUDE, icinga2, PROGRAMS, run } from './programs.ts';

/** Monitoring::Plugin, the library that plugins in Perl are written with: one line of labels and values a report. */
const READ_PERFDATA = `
use Monitoring::Plugin::Performance;
while (<STDIN>) { chomp;
  print join("\\t", map { $_->label . "=" . $_->value . ($_->uom // "") } Monitoring::Plugin::Performance->parse_perfstring($_)), "\\n";
}`;

/** What Nagios collects: everything after the two bars. */
const perfdataOf = (output: string): string =>
  output
    .split('\n')
    .flatMap((line) => line.split(' | ').slice(1))
    .join(' ');

function agreesOnPerfdata(): void {
  const outputs = [...Object.values(KNOWN_REPORTS), ...fc.sample(anyReport, { numRuns: 300, seed: 2 })].map(
    renderNagios,
  );
  const input = outputs.map((output) => `${perfdataOf(output)}\n`).join('');
  const lines = run(PROGRAMS.perl, ['-e', READ_PERFDATA], { input }).trimEnd().split('\n');
  for (const [at, output] of outputs.entries()) {
    // Perl prints 15 digits of a number, which none of a real report has.
    const ours = readPluginOutput(output).data.map(
      ({ label, value, unit }) => `${label}=${Number(value.toPrecision(15))}${unit}`,
    );
    same(lines[at]?.split('\t'), ours, 'performance data');
  }
}

async function inScratch(use: (scratch: string) => void | Promise<void>): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'pve-doctor-agents-'));
  try {
    await use(scratch);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function icingaTakesTheCommand(scratch: string): void {
  mkdirSync(join(scratch, 'zones', 'here'), { recursive: true });
  copyFileSync(join(ROOT, 'packaging/icinga2/pve-doctor.conf'), join(scratch, 'zones', 'here', 'pve-doctor.conf'));
  writeFileSync(
    join(scratch, 'icinga2.conf'),
    `include <itl>
object Endpoint NodeName { }
object Zone ZoneName { endpoints = [ NodeName ] }
object CheckerComponent "checker" { }
object Host "pve1" { check_command = "dummy"; zone = ZoneName; vars.pve = true; vars.agent_endpoint = NodeName }
object Host "web" { check_command = "dummy"; zone = ZoneName }
include_zones "etc", "zones"
`,
  );
  const constants = {
    ...{ NodeName: 'here', ZoneName: 'here', RunAsUser: 'root', RunAsGroup: 'root', IncludeConfDir: ICINGA_INCLUDE },
    ...{ ConfigDir: scratch, DataDir: scratch, LogDir: scratch, CacheDir: scratch, SpoolDir: scratch },
    InitRunDir: scratch,
  };
  const defined = Object.entries(constants).map(([name, value]) => `-D${name}=${value}`);
  const said = run(icinga2(), ['daemon', '-C', '-c', join(scratch, 'icinga2.conf'), ...defined]);
  if (/critical|warning/i.test(said)) throw new Error(said);
  // One service: the host that is no Proxmox VE node gets none.
  if (!said.includes('Instantiated 1 Service.') || !/Instantiated \d+ CheckCommands?\./.test(said))
    throw new Error(said);
}

/** A `sudo` that lets pve-doctor replay a capture: the agent's own line runs, sudo's name and arguments included. */
function zabbixReadsTheReport(scratch: string): void {
  const capture = join(CAPTURES, 'example-node', 'capture.json');
  const sudo = join(scratch, 'sudo');
  writeFileSync(
    sudo,
    `#!/bin/sh\n[ "$1 $2" = "-n /usr/bin/pve-doctor" ] || exit 99\nshift 2\nexec ${join(ROOT, 'bin/pve-doctor')} "$@" --from ${capture}\n`,
  );
  chmodSync(sudo, 0o755);
  const config = join(scratch, 'agent.conf');
  const included = join(ROOT, 'packaging/zabbix/pve-doctor.conf');
  writeFileSync(config, `LogType=console\nTimeout=30\nServer=127.0.0.1\nInclude=${included}\n`);
  const path = `${scratch}:${process.env['PATH'] ?? ''}`;
  const said = run(PROGRAMS.zabbixAgent, ['-c', config, '-t', 'pve.doctor'], { env: { PATH: path } });
  const report = JSON.parse(said.slice(said.indexOf('{'), said.lastIndexOf('}') + 1)) as Report;
  same([report.exitCode, report.score], [1, goldenReports['example-node']?.score], 'what the agent read');
}

export const AGENTS: readonly Case[] = [
  { name: 'Monitoring::Plugin reads the performance data of every report as we do', run: agreesOnPerfdata },
  {
    name: 'visudo takes the line of sudo',
    run: () => void run(PROGRAMS.visudo, ['-c', '-f', join(ROOT, 'packaging/nagios/sudoers-pve-doctor')]),
  },
  { name: 'Icinga 2 takes the CheckCommand and applies the service', run: () => inScratch(icingaTakesTheCommand) },
  { name: 'a Zabbix agent reads the report through its UserParameter', run: () => inScratch(zabbixReadsTheReport) },
];
