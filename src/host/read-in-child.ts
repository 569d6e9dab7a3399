import { known, type Problem, type Reading, unreadable } from '../model/reading.ts';
import { readingOfError } from './errors.ts';
import { deviceNumber } from './files.ts';
import { runGuarded } from './guarded-child.ts';
import type { FileStat } from './host.ts';

/** What is asked of a path, and how its answer is read. */
export interface FileQuestion<T> {
  readonly word: 'text' | 'names' | 'link' | 'stat';
  readonly parse: (answer: Buffer) => T;
}

const utf8 = (answer: Buffer): string => answer.toString('utf8');

export const TEXT: FileQuestion<string> = { word: 'text', parse: utf8 };

export const NAMES: FileQuestion<readonly string[]> = {
  word: 'names',
  parse: (answer) => (answer.length === 0 ? [] : utf8(answer).split('\0').sort()),
};

export const LINK: FileQuestion<string> = { word: 'link', parse: utf8 };

export const STAT: FileQuestion<FileStat> = {
  word: 'stat',
  parse: (answer) => {
    const [mode = 0, inode = 0, device = 0, modified = 0] = utf8(answer).split(' ').map(Number);
    return { mode, inode, device: deviceNumber(device), modifiedMs: modified * 1000 };
  },
};

/**
 * For each path `K LENGTH` and so many bytes, or `E NUMBER` with the error's number, a line of its own; the last line is `END`.
 * Opened with O_NONBLOCK: a FIFO would wait for a writer. 5 is EIO (fewer bytes than the file has), 21 EISDIR, 22 EINVAL (no
 * regular file), 27 EFBIG.
 */
const ASK = `
use strict;
use warnings;
binmode STDOUT;
my ($word, @paths) = @ARGV;
my $error;
sub failed { $error = $_[0] + 0; return undef }
my %ask = (
    text => sub { my ($path) = @_;
        sysopen(my $file, $path, 04000) or return failed($!);
        my @before = stat $file or return failed($!);
        return failed(-d _ ? 21 : 22) if !-f _;
        my ($text, $count) = ('', 1);
        while ($count) {
            $count = sysread($file, $text, 65536, length $text);
            return failed($!) if !defined $count;
            return failed(27) if length $text > 67108864;
        }
        if (length $text < $before[7]) { my @after = stat $path; return failed(5) if @after && length $text < $after[7] }
        return $text;
    },
    names => sub { my ($path) = @_;
        opendir(my $directory, $path) or return failed($!);
        local $! = 0;
        my @names = grep { !/^\\.\\.?$/ } readdir $directory;
        return $! ? failed($!) : join "\\0", @names;
    },
    link => sub { my ($path) = @_; my $target = readlink $path; return defined $target ? $target : failed($!) },
    stat => sub { my ($path) = @_; my @stat = lstat $path or return failed($!); return join ' ', @stat[2, 1, 0, 9] },
);
for my $path (@paths) {
    my $answer = $ask{$word}->($path);
    print defined $answer ? 'K ' . length($answer) . "\\n$answer\\n" : "E $error\\n";
}
print "END\\n";
`;

/** Arguments may take 2 MiB in all (execve(2)); a child that hangs is noticed the sooner the less it was asked. */
const AT_ONCE = 400;

const DEADLINE_MS = 2000;
/** A file of pmxcfs is answered from memory. */
const FOR_EACH_MS = 5;

/**
 * Reads paths of a file system that may stop to answer (pmxcfs, which is FUSE) in a child: a thread of this runtime that waits for one
 * is lost, and with the last of them everything else that is read or written. Nothing more is asked once a child does not answer.
 */
export async function readInChild<T>(
  paths: readonly string[],
  { word, parse }: FileQuestion<T>,
): Promise<{ readonly readings: readonly Reading<T>[]; readonly hangs: boolean }> {
  const readings: Reading<T>[] = [];
  for (let from = 0; from < paths.length; from += AT_ONCE) {
    const asked = paths.slice(from, from + AT_ONCE);
    const chunks: Buffer[] = [];
    const deadlineMs = DEADLINE_MS + asked.length * FOR_EACH_MS;
    const result = await runGuarded({
      ...{ argv: ['perl', '-e', ASK, word, ...asked], deadlineMs, onlyWaits: true },
      onOutput: (chunk) => {
        chunks.push(chunk);
        return false;
      },
    });
    if (result.outcome === 'timed-out') {
      const left = paths.slice(from).map((path) => unreadable(noAnswer(path, deadlineMs)));
      return { readings: [...readings, ...left], hangs: true };
    }
    const answers = parseAnswers(Buffer.concat(chunks));
    const whole = result.outcome === 'exited' && answers.isWhole;
    const detail = `could not be read in a child (${result.outcome}${result.stderr === '' ? '' : `: ${result.stderr.trim()}`})`;
    for (const [at, source] of asked.entries()) {
      const answer = answers.list[at];
      if (answer === undefined || !whole) readings.push(unreadable({ kind: 'failed', source, detail }));
      else readings.push('bytes' in answer ? known(parse(answer.bytes)) : readingOfError(source, answer));
    }
  }
  return { readings, hangs: false };
}

export const noAnswer = (source: string, deadlineMs: number = DEADLINE_MS): Problem => ({
  ...{ kind: 'timed-out', source, detail: `no answer within ${deadlineMs / 1000} s` },
});

type Answer = { readonly bytes: Buffer } | { readonly errno: number };

function parseAnswers(output: Buffer): { readonly list: readonly Answer[]; readonly isWhole: boolean } {
  const list: Answer[] = [];
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf('\n', at);
    if (end < 0) break;
    const [kind, number = ''] = output.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (kind === 'END') return { list, isWhole: true };
    if (kind === 'E') list.push({ errno: Number(number) });
    else {
      list.push({ bytes: output.subarray(at, at + Number(number)) });
      at += Number(number) + 1;
    }
  }
  return { list, isWhole: false };
}
