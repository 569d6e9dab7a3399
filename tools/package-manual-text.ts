import { SETTING_LIST } from '../src/config/settings.ts';

/** What no command's help says, because it belongs to all of them. */

type Entries = readonly (readonly [name: string, text: string])[];

export const ENVIRONMENT: Entries = [
  ...SETTING_LIST.map(({ environment, doc, key }) => [environment.join(', '), `${doc} (${key} in the file)`] as const),
  ['PVE_DOCTOR_CONFIG', 'Another configuration file than /etc/pve-doctor/config.toml.'],
  ['NO_COLOR', 'Not empty: no colour (no-color.org). --color decides before it.'],
];

export const FILES: Entries = [
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

export const NOTES = `The program needs root to read device-mapper, and /proc to be mounted.

Its runtime obeys BUN_OPTIONS and BUN_BE_BUN of the environment before the program begins. sudo(8) drops them and the unit
unsets them; a root shell that has them set runs what they name.

In a directory that was deleted the runtime refuses to start, with exit status 1 and without a report: change to another one.`;
