/** The command line of a running VM, as far as it matters here. */
export interface QemuCmdline {
  readonly pidFile: string | null;
  /** Started to receive a migration. */
  readonly incoming: boolean;
}

/**
 * /proc/<pid>/cmdline, arguments ended by NUL (qemu-server src/PVE/QemuServer/Helpers.pm parse_cmdline, which reads one
 * line of it): null when the program is not a QEMU.
 */
export function parseQemuCmdline(text: string): QemuCmdline | null {
  const [line = ''] = text.split('\n', 1);
  const [program = '', ...rest] = line.split('\0');
  if (!program.endsWith('kvm') && !/(?:^|\/)qemu-[^/]+$/.test(program)) return null;
  const options = new Map<string, string>();
  let pending = '';
  for (const word of rest) {
    if (word === '' || word === '0') continue;
    if (word.startsWith('-')) {
      pending = word.replace(/^--?/, '');
      options.delete(pending);
    } else if (pending !== '') {
      options.set(pending, word);
      pending = '';
    }
  }
  return { pidFile: options.get('pidfile') ?? null, incoming: options.has('incoming') };
}
