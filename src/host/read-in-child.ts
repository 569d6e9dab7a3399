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

/** One path that is asked one question. */
export interface Asked {
  readonly word: FileQuestion<unknown>['word'];
  readonly path: string;
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
while (my ($word, $path) = splice @ARGV, 0, 2) {
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

/** What a child said of a path; null: nothing, since it did not answer in time. */
export type ChildAnswer = { readonly bytes: Buffer } | { readonly errno: number } | { readonly detail: string } | null;

/**
 * Asks a file system that may stop to answer (pmxcfs, which is FUSE) in a child: a thread of this runtime that waits for one is lost,
 * and with the last of them everything else that is read or written. Nothing more is asked once a child does not answer.
 */
export async function askInChild(asked: readonly Asked[]): Promise<readonly ChildAnswer[]> {
  const answers: ChildAnswer[] = [];
  for (let from = 0; from < asked.length; from += AT_ONCE) {
    const some = asked.slice(from, from + AT_ONCE);
    const chunks: Buffer[] = [];
    const result = await runGuarded({
      argv: ['perl', '-e', ASK, ...some.flatMap(({ word, path }) => [word, path])],
      deadlineMs: DEADLINE_MS + some.length * FOR_EACH_MS,
      onlyWaits: true,
      onOutput: (chunk) => {
        chunks.push(chunk);
        return false;
      },
    });
    if (result.outcome === 'timed-out') return [...answers, ...asked.slice(from).map(() => null)];
    const { list, isWhole } = parseAnswers(Buffer.concat(chunks));
    const said = result.stderr.trim();
    const detail = `could not be read in a child (${result.outcome}${said === '' ? '' : `: ${said}`})`;
    answers.push(...some.map((_, at) => (isWhole ? list[at] : undefined) ?? { detail }));
  }
  return answers;
}

/** What the answer means for the path that it was asked about. */
export function readingOf<T>(path: string, answer: ChildAnswer, { parse }: FileQuestion<T>): Reading<T> {
  if (answer === null) return unreadable(noAnswer(path));
  if ('bytes' in answer) return known(parse(answer.bytes));
  if ('errno' in answer) return readingOfError(path, answer);
  return unreadable({ kind: 'failed', source: path, detail: answer.detail });
}

const noAnswer = (source: string): Problem => ({
  ...{ kind: 'timed-out', source, detail: `no answer within ${DEADLINE_MS / 1000} s` },
});

function parseAnswers(output: Buffer): { readonly list: readonly ChildAnswer[]; readonly isWhole: boolean } {
  const list: ChildAnswer[] = [];
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
