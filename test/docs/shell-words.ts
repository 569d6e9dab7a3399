/** One program with its words, quotes resolved: what a shell would start. Substitutions stand for themselves. */
export interface SimpleCommand {
  readonly assignments: readonly string[];
  readonly words: readonly string[];
}

/** Commands joined by `|`. */
export interface Pipeline {
  readonly commands: readonly SimpleCommand[];
  /** The text as it stands in the document. */
  readonly text: string;
}

interface Script {
  readonly pipelines: readonly Pipeline[];
  /** What `$(…)` runs, read as scripts of their own. */
  readonly substitutions: readonly string[];
}

/** `|` joins; the others end a pipeline. Longer ones first. */
const OPERATORS = ['&&', '||', ';;', ';', '&', '|', '\n'] as const;

const REDIRECTION = /^(?:\d?>>?&?\d?|\d?<&?|&>>?)/;

/** Splits as much of the shell's language as documents need: quotes, comments, substitution, redirection, joining. */
export function readScript(text: string): Script {
  const reader = new Reader(text.replace(/\\\n\s*/g, ' '));
  reader.read();
  return { pipelines: reader.pipelines, substitutions: reader.substitutions };
}

/** Every pipeline of a script, those inside `$(…)` too. */
export function allPipelines(text: string): readonly Pipeline[] {
  const { pipelines, substitutions } = readScript(text);
  return [...pipelines, ...substitutions.flatMap(allPipelines)];
}

class Reader {
  readonly pipelines: Pipeline[] = [];
  readonly substitutions: string[] = [];
  readonly #text: string;
  #at = 0;
  #began = 0;
  #word: string | null = null;
  #words: string[] = [];
  #commands: SimpleCommand[] = [];
  #skipsWord = false;

  constructor(text: string) {
    this.#text = text;
  }

  read(): void {
    while (this.#at < this.#text.length) this.#step();
    this.#endPipeline(this.#text.length);
  }

  #step(): void {
    const rest = this.#text.slice(this.#at);
    const operator = OPERATORS.find((token) => rest.startsWith(token));
    const redirection = this.#word === null || /^\d$/.test(this.#word) ? REDIRECTION.exec(rest) : null;
    if (rest.startsWith('#') && this.#word === null) this.#at += /^[^\n]*/.exec(rest)?.[0].length ?? 0;
    else if (redirection !== null) this.#redirect(redirection[0]);
    else if (operator !== undefined) this.#operator(operator);
    else if (/^[ \t]/.test(rest)) {
      this.#endWord();
      this.#at += 1;
    } else this.#character(rest);
  }

  #redirect(token: string): void {
    this.#word = null;
    this.#at += token.length;
    this.#skipsWord = !/&\d$/.test(token);
  }

  #operator(token: (typeof OPERATORS)[number]): void {
    const before = this.#at;
    this.#endCommand();
    this.#at += token.length;
    if (token !== '|') {
      this.#endPipeline(before);
      this.#began = this.#at;
    }
  }

  #character(rest: string): void {
    const quoted = /^'([^']*)'/.exec(rest);
    if (quoted !== null) this.#take(quoted[0].length, quoted[1] ?? '');
    else if (rest.startsWith('"')) this.#doubleQuoted();
    else if (rest.startsWith('$(')) this.#substitution();
    else if (rest.startsWith('\\')) this.#take(2, rest.charAt(1));
    else this.#take(1, rest.charAt(0));
  }

  #take(length: number, text: string): void {
    this.#word = (this.#word ?? '') + text;
    this.#at += length;
  }

  #doubleQuoted(): void {
    this.#take(1, '');
    while (this.#at < this.#text.length && this.#text[this.#at] !== '"') {
      if (this.#text.startsWith('$(', this.#at)) this.#substitution();
      else if (this.#text[this.#at] === '\\') this.#take(2, this.#text.charAt(this.#at + 1));
      else this.#take(1, this.#text.charAt(this.#at));
    }
    this.#at += 1;
  }

  #substitution(): void {
    let depth = 0;
    let end = this.#at + 1;
    for (; end < this.#text.length; end += 1) {
      if (this.#text[end] === '(') depth += 1;
      if (this.#text[end] === ')' && --depth === 0) break;
    }
    this.substitutions.push(this.#text.slice(this.#at + 2, end));
    this.#take(end + 1 - this.#at, '$(…)');
  }

  #endWord(): void {
    if (this.#word !== null && !this.#skipsWord) this.#words.push(this.#word);
    if (this.#word !== null) this.#skipsWord = false;
    this.#word = null;
  }

  #endCommand(): void {
    this.#endWord();
    const first = this.#words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
    const assignments = first === -1 ? this.#words : this.#words.slice(0, first);
    if (this.#words.length > 0)
      this.#commands.push({ assignments, words: first === -1 ? [] : this.#words.slice(first) });
    this.#words = [];
  }

  #endPipeline(end: number): void {
    this.#endCommand();
    const text = this.#text.slice(this.#began, end).trim();
    if (this.#commands.length > 0) this.pipelines.push({ commands: this.#commands, text });
    this.#commands = [];
  }
}
