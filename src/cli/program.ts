import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../model/faults.ts';
import { VERSION } from '../model/version.ts';
import { addClean, addHistory, addUndo } from './clean-options.ts';
import { addMounts, capacityCritical, capacityWarning } from './mount-options.ts';
import type { Terminal } from './terminal.ts';

const EXIT_STATUS = `
Exit status of check: 0 nothing at or above warning; 1 warning; 2 critical; 3 something could not be judged and nothing
is critical; 64 wrong usage; 70 a fault of pve-doctor; 73 cannot write; 77 not root.`;

/** Parses the command line and runs one command. Each command's module is loaded only when it is called. */
export async function runProgram(argv: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = new Command('pve-doctor')
    .description('A storage doctor for Proxmox VE nodes. Checking never changes the node.')
    .version(VERSION, '-V, --version')
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
    .showSuggestionAfterError()
    .addHelpText('after', EXIT_STATUS);
  const finish = (code: number) => {
    exitCode = code;
  };
  addCheck(program, terminal, finish);
  addMounts(program, terminal, finish);
  addCapture(program, terminal, finish);
  addExplain(program, terminal, finish);
  addClean(program, terminal, finish);
  addHistory(program, terminal, finish);
  addUndo(program, terminal, finish);
  const [word = ''] = argv;
  const names = program.commands.map((command) => command.name());
  if (/^[a-z]/i.test(word) && !names.includes(word) && word !== 'help')
    throw new UsageError(`unknown command ${word}; the commands are ${names.join(', ')}`);
  const printed: string[] = [];
  const print = (text: string) => {
    printed.push(text);
  };
  const output = { writeOut: print, writeErr: print };
  for (const command of [program, ...program.commands]) command.configureOutput(output).exitOverride();
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const asked = error.exitCode === 0;
    await (asked ? terminal.stdout : terminal.stderr).write(printed.join('').replace(/^error: /, 'pve-doctor: '));
    return asked ? 0 : 64;
  }
  return exitCode;
}

type Finish = (exitCode: number) => void;

const FROM = () => new Option('--from <file>', 'read a capture instead of this machine; works offline, without root');

function addCheck(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('check', { isDefault: true })
    .description('check this node and report (the default command)')
    .addOption(FROM())
    .addOption(new Option('--only <area>', 'only one area').choices(['dm', 'mounts']))
    .option('--vmid <id>', 'only what concerns this guest', vmid)
    .addOption(
      new Option('--severity <level>', 'only findings of this severity or above').choices([
        'critical',
        'warning',
        'notice',
      ]),
    )
    .addOption(new Option('--format <form>', 'form of the report').choices(['text', 'json']).default('text'))
    .option('-o, --output <file>', 'write the report to a file, whole or not at all')
    .option('-v, --verbose', 'everything, with the source of each fact')
    .option('-q, --quiet', 'findings only')
    .option('--running-first', 'list running guests first')
    .addOption(capacityWarning())
    .addOption(capacityCritical())
    .addOption(new Option('--color <when>', 'colour').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText(
      'after',
      `
Examples:
  pve-doctor check                                 this node, as text
  pve-doctor check --vmid 119 --severity warning   what concerns guest 119
  pve-doctor check --format json -o report.json    for programs (docs/json.md)
  pve-doctor check --from node1.capture            somebody else's node, offline
${EXIT_STATUS}`,
    )
    .action(async (options) => {
      const { runCheck } = await import('./check.ts');
      finish(await runCheck(options, terminal));
    });
}

function addCapture(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('capture')
    .description('write everything that the checks read to one file; secrets are never in it')
    .requiredOption('-o, --output <file>', 'the file: plain JSON when it ends in .json, gzip otherwise')
    .option('--redact', 'replace names, addresses and ids consistently')
    .option('--note <text>', 'a line that says how the situation came about', '')
    .addOption(FROM())
    .addHelpText(
      'after',
      `
Examples:
  pve-doctor capture -o node1.capture
  pve-doctor capture --redact -o for-the-forum.capture
  pve-doctor capture --from node1.capture --redact -o redacted.json`,
    )
    .action(async (options) => {
      const { runCapture } = await import('./capture.ts');
      finish(await runCapture(options, terminal));
    });
}

function addExplain(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('explain')
    .argument('[code]', 'a check code, for example DM001; without it, the list of codes')
    .description('the page of a check, offline')
    .addHelpText('after', '\nExample:\n  pve-doctor explain DM013')
    .action(async (code: string | undefined) => {
      const { runExplain } = await import('./explain.ts');
      finish(await runExplain(code, terminal));
    });
}

/** VMID: 100 to 999999999 (pve-common JSONSchema.pm pve_verify_vmid). */
function vmid(text: string): number {
  if (!/^[1-9]\d{2,8}$/.test(text)) throw new InvalidArgumentError('a VMID is a number from 100 to 999999999');
  return Number(text);
}
