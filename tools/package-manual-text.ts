import { SETTING_LIST } from '../src/config/settings.ts';

type Entries = readonly (readonly [name: string, text: string])[];

/** What no command's help says, because it belongs to all of them. */
export interface ManualText {
  /** Behind the name of the program, in the line by which whatis(1) finds it. */
  readonly purpose: string;
  readonly description: string;
  readonly environment: Entries;
  readonly files: Entries;
  readonly notes: string;
  readonly seeAlso: readonly (readonly [page: string, section: number])[];
}

const ENVIRONMENT: Entries = [
  ...SETTING_LIST.map(({ environment, doc, key }) => [environment.join(', '), `${doc} (${key} in the file)`] as const),
  ['PVE_DOCTOR_CONFIG', 'Another configuration file than /etc/pve-doctor/config.toml.'],
  ['NO_COLOR', 'Not empty: no colour (no-color.org). --color decides before it.'],
];

const FILES: Entries = [
  ['/etc/pve-doctor/config.toml', 'The configuration, mode 0600; a commented example is among the documentation.'],
  [
    '/var/lib/pve-doctor/',
    'History of reports, journal of changes, messages that wait; keys for hubs. Purging the package removes it.',
  ],
  ['/run/pve-doctor/', 'Probes that could not be ended, and the lock of commands that change something.'],
  ['/usr/share/pve-doctor/', 'Prometheus alert rules, a Grafana dashboard, schemas of the JSON forms.'],
  ['/usr/share/doc/pve-doctor/', 'README.Debian, the pages of all checks and repairs, the example configuration.'],
  ['pve-doctor.timer, pve-doctor.service', 'The check of every night; its output is in the journal.'],
  [
    'pve-doctor-publish.timer, pve-doctor-publish.service',
    'Every quarter of an hour tells the other nodes of the cluster, and hubs, how this one is.',
  ],
  ['pve-doctor-notify.timer, pve-doctor-notify.service', 'Sends what waits, and digests, every quarter of an hour.'],
];

const RUNTIME_NOTES = `Its runtime obeys BUN_OPTIONS and BUN_BE_BUN of the environment before the program begins. sudo(8) drops them and the unit
unsets them; a root shell that has them set runs what they name.

In a directory that was deleted the runtime refuses to start, with exit status 1: change to another one.`;

export const MANUAL_OF_THE_NODE: ManualText = {
  purpose: 'storage doctor for Proxmox VE nodes',
  description:
    'It finds device-mapper entries and mounts that are about to hurt, says why with evidence, and repairs what can be repaired without risk to data. What cannot be read is called unknown, never clean. Without a command it checks.',
  environment: ENVIRONMENT,
  files: FILES,
  notes: `The program needs root to read device-mapper, and /proc to be mounted.\n\n${RUNTIME_NOTES}`,
  seeAlso: [
    ['dmsetup', 8],
    ['lvm', 8],
    ['systemd.timer', 5],
    ['qm', 1],
    ['pct', 1],
  ],
};

export const MANUAL_OF_THE_HUB: ManualText = {
  purpose: 'the reports of many Proxmox VE nodes on one page',
  description:
    'Nodes on which pve-doctor runs push their reports to it; it dials no node and sends none a command. It keeps what they say in one file, or in PostgreSQL, and shows what to do now, which nodes are silent, and what changed.',
  environment: [],
  files: [
    ['/etc/pve-doctor-hub/config.toml', 'The configuration, readable for root and the group pve-doctor-hub.'],
    ['/var/lib/pve-doctor-hub/', 'The database, where it is not PostgreSQL. Purging the package removes it.'],
    ['/usr/share/doc/pve-doctor-hub/', 'README.Debian and the pages about the hub.'],
    ['pve-doctor-hub.service', 'The hub, run by the user pve-doctor-hub; what it says is in the journal.'],
  ],
  notes: RUNTIME_NOTES,
  seeAlso: [
    ['pve-doctor', 8],
    ['systemd.exec', 5],
    ['journalctl', 1],
  ],
};
