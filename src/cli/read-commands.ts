import { type Command, Option } from 'commander';
import { SETTINGS } from '../config/settings.ts';
import { OPERATIONS } from '../model/before/answer.ts';
import { DEFAULT_MOUNT_SETTINGS as LIMITS } from '../model/mounts/mounts.ts';
import { FORMS } from './forms.ts';
import {
  addOption,
  ageOption,
  colourOption,
  configOption,
  freshOption,
  fromOption,
  newidOption,
  type Run,
  setOption,
  settingOption,
  vmidArgument,
  vmidOption,
} from './options.ts';

/** Commands that read a node or a capture. */

export const EXIT_STATUS = `
Exit status of check: 0 nothing at or above warning; 1 warning; 2 critical;
3 something could not be judged, and nothing is critical; 64 wrong usage; 70 a
fault of pve-doctor; 73 cannot write; 75 with --send, somebody who should hear of
it did not; 77 not root; 78 the file of --config is wrong.`;

export function addCheck(program: Command, run: Run): void {
  program
    .command('check', { isDefault: true })
    .description('check this node and report (the default command)')
    .addOption(fromOption())
    .addOption(freshOption())
    .addOption(
      new Option('--only <area>', 'only device-mapper, volumes and VMIDs, or only mounts').choices(['dm', 'mounts']),
    )
    .addOption(vmidOption())
    .addOption(
      new Option('--severity <level>', 'only findings of this severity or above').choices([
        'critical',
        'warning',
        'notice',
      ]),
    )
    .addOption(new Option('--format <form>', 'form of the report').choices(Object.keys(FORMS)).default('text'))
    .option('-o, --output <file>', 'write the report to a file, whole or not at all')
    .option('-v, --verbose', 'everything, with the source of each fact')
    .option('-q, --quiet', 'problems only, one line each')
    .option('--running-first', 'list running guests first')
    .option('--record', 'record this run, so that later ones say what is new, standing and resolved (docs/history.md)')
    .option('--send', 'the same, and notify each channel as its policy says (docs/notifications.md)')
    .addOption(settingOption(SETTINGS.mounts.warningPercent))
    .addOption(settingOption(SETTINGS.mounts.criticalPercent))
    .addOption(configOption())
    .addOption(setOption())
    .addOption(colourOption())
    .addHelpText(
      'after',
      `
Examples:
  pve-doctor check                                 this node, as text
  pve-doctor check --vmid 119 --severity warning   what concerns guest 119
  pve-doctor check --format json -o report.json    for programs (docs/json.md)
  pve-doctor check --format html -o report.html    one file for a browser (docs/html.md)
  pve-doctor check --send                          what the nightly timer of the package runs
  pve-doctor check --from node1.capture            somebody else's node, offline
  pve-doctor check --format nagios                 one status line and details (docs/monitoring.md)
${EXIT_STATUS}`,
    )
    .action(run(async () => (await import('./check.ts')).runCheck));
}

export function addReport(program: Command, run: Run): void {
  program
    .command('report')
    .description('write the report as one HTML file; with --send, send it to every channel')
    .option('-o, --output <file>', 'write it to a file, whole or not at all; otherwise to standard output')
    .option('--cluster', 'all nodes of the cluster instead of this one (docs/cluster.md)')
    .option('--send', 'record this run and send it to every channel, whatever its policy')
    .addOption(fromOption())
    .addOption(configOption())
    .addOption(setOption())
    .addHelpText(
      'after',
      `
Examples:
  pve-doctor report -o report.html                       this node
  pve-doctor report --from node1.capture -o node1.html   somebody else's, offline
  pve-doctor report --cluster -o cluster.html            all nodes of the cluster
  pve-doctor report --send                               to every channel; shows what each answers

Exit status: 0 the report was written, and with --send at least one channel took
it; 64 wrong usage; 73 cannot write; 75 no channel took it; 77 not root. What
the report says is the exit status of check, not of report.`,
    )
    .action(run(async () => (await import('./report.ts')).runReport));
}

export function addMounts(program: Command, run: Run): void {
  program
    .command('mounts')
    .description('remote mounts, and disks that hold a storage, on this node and in its containers')
    .addOption(fromOption())
    .option('--lxc', 'only what containers see')
    .option('--unhealthy', 'only what is wrong: full mounts too, and not what is meant to be read-only')
    .option('--force', 'no effect: mounts are always checked anew; accepted for old scripts')
    .addOption(new Option('--format <form>', 'form of the table').choices(['text', 'json']).default('text'))
    .option('-v, --verbose', 'with mount options')
    .addOption(configOption())
    .addOption(setOption())
    .addOption(colourOption())
    .addHelpText(
      'after',
      `
How long a mount has to answer (${LIMITS.probeTimeoutMs / 1000} s) is mounts.probe_timeout and
mounts.container_timeout of the configuration; PROXMENUX_MOUNT_STAT_TIMEOUT and
PROXMENUX_LXC_EXEC_TIMEOUT of the environment count as well
(docs/configuration.md).

Examples:
  pve-doctor mounts                          all of them
  pve-doctor mounts --lxc --unhealthy        what is wrong inside containers
  pve-doctor mounts --format json            for programs (docs/mounts.schema.json)

Exit status: 0 when the table was shown, whatever is in it; \`check --only mounts\` judges.`,
    )
    .action(run(async () => (await import('./mounts.ts')).runMounts));
}

export function addStack(program: Command, run: Run): void {
  program
    .command('stack')
    .argument('<what>', 'a VMID, a volume (local-lvm:vm-100-disk-0, pve/root) or a device (sda, mpatha, 8:16)')
    .description('draw the way from a disk of a guest down to every path, with size and state of each')
    .addOption(fromOption())
    .addOption(new Option('--format <form>', 'form of the drawing').choices(['text', 'json', 'html']).default('text'))
    .option('-o, --output <file>', 'write it to a file, whole or not at all')
    .addOption(configOption())
    .addOption(setOption())
    .addOption(colourOption())
    .addHelpText(
      'after',
      `
What is beneath stands beneath; of a volume or a device it also says what lies
above: storages, mounts, guests, bytes. \`?\` is what could not be seen.

Examples:
  pve-doctor stack 100                             every disk of guest 100
  pve-doctor stack local-lvm:vm-100-disk-0         one volume
  pve-doctor stack sda                             a disk, and who lies on it
  pve-doctor stack 100 --format html -o way.html   as a picture
  pve-doctor stack 100 --format json               for programs (docs/stack.schema.json)

Exit status: 0 when it was drawn, whatever its state; 3 when device-mapper could
not be read; 64 when nothing has that name.`,
    )
    .action(run(async () => (await import('./stack.ts')).runStack));
}

export function addLeftovers(program: Command, run: Run): void {
  program
    .command('leftovers')
    .description('volumes and snapshots that no configuration names, on every storage, with the proof of each')
    .addOption(fromOption())
    .option('--storage <id>', 'only of this storage')
    .addOption(vmidOption())
    .addOption(ageOption())
    .addOption(new Option('--format <form>', 'form of the list').choices(['text', 'json', 'csv']).default('text'))
    .option('-o, --output <file>', 'write it to a file, whole or not at all')
    .option('-v, --verbose', 'each volume with its proof')
    .addOption(configOption())
    .addOption(setOption())
    .addOption(colourOption())
    .addHelpText(
      'after',
      `
The list is what was seen, and what no configuration that was read names; it does
not say that any of it may go. What it proves, and what it cannot know, is in
docs/leftovers.md. pve-doctor deletes no volume.

Examples:
  pve-doctor leftovers                                 a table by storage
  pve-doctor leftovers --vmid 104 -v                   what guest 104 left, with the proof
  pve-doctor leftovers --storage tank --older-than 30d
  pve-doctor leftovers --format json -o left.json      for programs (docs/leftovers.schema.json)

Exit status: 0 when every storage was looked at, whatever was found; 3 when one
could not be (named on the page); 64 wrong usage; 73 cannot write; 77 not root.`,
    )
    .action(run(async () => (await import('./leftovers.ts')).runLeftovers));
}

export function addBefore(program: Command, run: Run): void {
  program
    .command('before')
    .argument('<operation>', OPERATIONS.join(', '))
    .addArgument(vmidArgument())
    .description('what an operation of Proxmox VE will take or change, and what will stop it; starts nothing')
    .option('--to <node>', 'migrate: the node that it goes to')
    .option('--storage <id>', 'clone, move-disk, restore: the storage that it goes to')
    .option('--disk <key>', 'resize, move-disk: the disk, such as scsi0')
    .option('--snapshot <name>', 'snapshot, delsnapshot, rollback: its name')
    .addOption(newidOption())
    .addOption(addOption())
    .option('--full', 'clone: a full one, also of a template')
    .option('--delete', 'move-disk: the old volume is removed afterwards')
    .addOption(
      new Option('--disk-format <form>', 'move-disk: what Proxmox VE takes as --format').choices([
        'raw',
        'qcow2',
        'vmdk',
      ]),
    )
    .addOption(fromOption())
    .addOption(freshOption())
    .addOption(new Option('--format <form>', 'form of the answer').choices(['text', 'json']).default('text'))
    .addOption(configOption())
    .addOption(setOption())
    .addOption(colourOption())
    .addHelpText(
      'after',
      `
It never says that an operation is safe: it says what it found, and what it did
not look at (docs/before.md).

Examples:
  pve-doctor before destroy 119                   which volumes go, and whose they are
  pve-doctor before migrate 119 --to pve2         storages, snapshots, dead entries there
  pve-doctor before rollback 119 --snapshot daily
  pve-doctor before reboot                        who cannot start again on this node
  pve-doctor before start 119 --from node1.capture

Exit status: 0 nothing found, and all was looked at; 1 something to know; 2
something stops it, or data of somebody else would go; 3 something was not looked
at; 64 wrong usage; 77 not root.`,
    )
    .action(run(async () => (await import('./before.ts')).runBefore));
}

export function addCapture(program: Command, run: Run): void {
  program
    .command('capture')
    .description('write everything that the checks read to one file, without secrets')
    .option('-o, --output <file>', 'the file to write: plain JSON if it ends in .json, otherwise gzip')
    .option('--print', 'print it as plain JSON instead, and write no file')
    .option('--cluster', 'what all nodes published; with --fresh also what each captures of itself now, over ssh')
    .option('--redact', 'replace names, addresses and ids consistently')
    .option('--note <text>', 'a line that says how the situation came about', '')
    .addOption(fromOption())
    .addOption(freshOption())
    .addHelpText(
      'after',
      `
Examples:
  pve-doctor capture -o node1.capture
  pve-doctor capture --redact -o for-the-forum.capture
  pve-doctor capture --from node1.capture --redact -o redacted.json
  pve-doctor capture --cluster --fresh -o lab.capture   every node, up to a minute each
  pve-doctor cluster --from lab.capture                 all of them again, anywhere
  pve-doctor check --from lab.capture --node pve2       another node than the one that took it

Exit status: 0 it was written, also where a node could not be captured, which is
said and stands in it; 3 --cluster, and there is no cluster; 64 wrong usage;
73 cannot write; 77 not root.`,
    )
    .action(run(async () => (await import('./capture.ts')).runCapture));
}

export function addExplain(program: Command, run: Run): void {
  program
    .command('explain')
    .argument('[code...]', 'a check code, for example DM001, or an error text; without them, the list of codes')
    .description('what a check finds, why it matters, how to confirm and fix it; where an error text is explained')
    .addHelpText(
      'after',
      '\nExamples:\n  pve-doctor explain DM013\n  pve-doctor explain "Device or resource busy"   (docs/errors/texts.md)',
    )
    .action(run(async () => (await import('./explain.ts')).runExplain));
}
