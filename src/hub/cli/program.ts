import { Command, Option } from 'commander';
import { VERSION } from '../../model/version.ts';
import { ROLES } from '../login/roles.ts';
import type { HubTerminal } from './hub-terminal.ts';

/** The module of a command, loaded only when it is called. */
type Load = () => Promise<(...given: never[]) => Promise<number>>;
type Run = (load: Load) => (...given: readonly unknown[]) => Promise<void>;

const EXIT_STATUS = `
Exit status: 0 done; 64 wrong usage; 70 a fault of the hub; 75 the database is away; 77 not allowed; 78 wrong configuration.`;

const EXAMPLES = `
Examples:
  pve-doctor-hub serve                                          what the unit runs
  pve-doctor-hub token create --cluster hall-a --expires 24h --uses 40
                                                                lets 40 nodes of that cluster in, once each
  pve-doctor-hub user add alice --role operator                 prints a password for her
  pve-doctor-hub node revoke hall-a/pve3                        nothing of that node is taken any more
  pve-doctor-hub config check                                   everything that is wrong, with file and line

All of it is in docs/hub.md.`;

const configOption = (): Option =>
  new Option('--config <file>', 'configuration to read instead of /etc/pve-doctor-hub/config.toml');

/** Every command with its options and help; the manual and the completions of the package are made of it. */
export function makeHubProgram(
  terminal: HubTerminal | null = null,
  finish: (exitCode: number) => void = () => undefined,
): Command {
  const run: Run =
    (load) =>
    async (...given) =>
      finish(await (await load())(...([...given.slice(0, -1), terminal] as never[])));
  const program = new Command('pve-doctor-hub')
    .description('Shows the reports of many Proxmox VE nodes on one page; nodes push, and nothing is ever sent to one.')
    .version(VERSION, '-V, --version', 'print the version')
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText('after', `${EXAMPLES}\n${EXIT_STATUS}`);
  program
    .command('serve')
    .description('take reports and show them, until it is stopped')
    .option(
      '--cluster',
      'on a node: show its own cluster, by what its nodes published, to users of its Proxmox VE; takes nothing',
    )
    .addOption(configOption())
    .action(run(async () => (await import('./serve.ts')).runServe));
  addToken(program, run);
  addNode(program, run);
  addUser(program, run);
  program
    .command('import')
    .argument('<file>', 'of a hub that is stopped, such as /var/lib/pve-doctor-hub/hub.db')
    .description(
      'bring nodes, users, acknowledgements and history from a file of SQLite into the empty PostgreSQL of the configuration',
    )
    .addOption(configOption())
    .action(run(async () => (await import('./import.ts')).runImport));
  addConfig(program, run);
  return program;
}

function addToken(program: Command, run: Run): void {
  const token = program.command('token').description('tokens by which nodes enrol');
  token
    .command('create')
    .description('make one and print it; it is shown only then')
    .option('--cluster <name>', 'the cluster that it is good for; without it any')
    .option('--expires <time>', 'how long it is good for, such as 30m, 24h or 7d', '24h')
    .option('--uses <number>', 'how many nodes may use it', '1')
    .addOption(configOption())
    .action(run(async () => (await import('./token.ts')).runTokenCreate));
  token
    .command('list')
    .description('those that are still good, without what they are')
    .addOption(configOption())
    .action(run(async () => (await import('./token.ts')).runTokenList));
  token
    .command('remove')
    .argument('<id>', 'as list shows it')
    .description('end one before its time')
    .addOption(configOption())
    .action(run(async () => (await import('./token.ts')).runTokenRemove));
}

function addNode(program: Command, run: Run): void {
  const node = program.command('node').description('nodes that have enrolled');
  node
    .command('list')
    .description('every node with its id and when it was heard')
    .addOption(configOption())
    .action(run(async () => (await import('./node.ts')).runNodeList));
  node
    .command('revoke')
    .argument('<node>', 'its id, or CLUSTER/NODE')
    .description('take nothing of it any more; its problems no longer count')
    .addOption(configOption())
    .action(run(async () => (await import('./node.ts')).runNodeRevoke));
  node
    .command('forget')
    .argument('<node>', 'its id, or CLUSTER/NODE')
    .description('take away a revoked node with all that was kept of it')
    .addOption(configOption())
    .action(run(async () => (await import('./node.ts')).runNodeForget));
}

function addUser(program: Command, run: Run): void {
  const user = program.command('user').description('users that the hub itself knows');
  const stdin = (): Option =>
    new Option('--password-stdin', 'read the password from standard input instead of making one');
  user
    .command('add')
    .argument('<name>', 'small letters, digits, ".", "_", "-" and "@"')
    .description('add a local user and print a password for it')
    .addOption(new Option('--role <role>', 'what it may do').choices([...ROLES]).default('viewer'))
    .addOption(stdin())
    .addOption(configOption())
    .action(run(async () => (await import('./user.ts')).runUserAdd));
  user
    .command('list')
    .description('every user with its role, those that others vouch for too')
    .addOption(configOption())
    .action(run(async () => (await import('./user.ts')).runUserList));
  user
    .command('role')
    .argument('<name>', 'NAME, or NAME@REALM with oidc or pve')
    .argument('<role>', ROLES.join(', '))
    .description('change what a user may do')
    .addOption(configOption())
    .action(run(async () => (await import('./user.ts')).runUserRole));
  user
    .command('password')
    .argument('<name>', 'of a local user')
    .description('print a new password for a user; its sessions stay')
    .addOption(stdin())
    .addOption(configOption())
    .action(run(async () => (await import('./user.ts')).runUserPassword));
  user
    .command('remove')
    .argument('<name>', 'NAME, or NAME@REALM with oidc or pve')
    .description('take a user away with its sessions')
    .addOption(configOption())
    .action(run(async () => (await import('./user.ts')).runUserRemove));
}

function addConfig(program: Command, run: Run): void {
  const config = program.command('config').description('show or check the configuration');
  config
    .command('show')
    .description('the values in effect and where each comes from; secrets are hidden')
    .addOption(configOption())
    .action(run(async () => (await import('./hub-config-commands.ts')).runConfigShow));
  config
    .command('check')
    .argument('[file]', 'another file than /etc/pve-doctor-hub/config.toml')
    .description('find errors in the configuration')
    .addOption(configOption())
    .action(run(async () => (await import('./hub-config-commands.ts')).runConfigCheck));
}
