import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clearTimeout } from 'node:timers';

/** The pages of docs/ that are followed, in the order in which docs/README.md lists them. */
export const PAGES = [
  ...[
    'getting-started',
    'contracts',
    'consuming',
    'failures',
    'calls',
    'ordering',
    'later',
    'schedules',
    'event-sourcing',
    'replay',
    'testing',
    'jest',
    'vitest',
  ],
  ...['embedding', 'commonjs', 'operations'],
];

const BLOCK = /^```(\w*)\n([^]*?)^```$/gm;
/** The first line of a code block that is a file: its name, in a comment. */
const NAME = /^(?:\/\/|#) ([\w@./-]+\.\w+)\n/;
/** How long a page may need for anything: it only ends what hangs. */
const LIMIT_MS = 240_000;

const blockOf = ([, language, text]) => {
  if (language === 'sh') return { kind: 'commands', text };
  if (language === '') return { kind: 'output', text };
  const [line, name] = NAME.exec(text) ?? [];
  return name === undefined
    ? { kind: 'fragment', language, text }
    : { kind: 'file', name, text: fileText(name, text, line) };
};

/** JSON has no comments. */
const fileText = (name, text, line) => (name.endsWith('.json') ? text.slice(line.length) : text);

/** The code blocks of a page: files, commands, what they print, and fragments, which are none of these. */
export const blocksOf = (markdown) => [...markdown.matchAll(BLOCK)].map(blockOf);

/** The text below a heading, up to the next one of its level. */
export const sectionOf = (markdown, heading) => {
  const [, rest = ''] = markdown.split(`\n## ${heading}\n`);
  return rest.split('\n## ')[0];
};

/** Writes the files of a page; of files with one name the last. */
export const writeFiles = (markdown, folder) => {
  for (const block of blocksOf(markdown)) {
    if (block.kind !== 'file') continue;
    const path = join(folder, block.name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, block.text);
  }
};

const lineOf = (text) => text.trimEnd();

/** The pattern of an expected line: `…` matches any text; a run of two or more spaces matches any run of two or more. */
const patternOf = (line) =>
  new RegExp(
    `^${line
      .split('…')
      .map((part) => part.replace(/[.*+?^$()|[\]{}\\]/g, '\\$&').replace(/ {2,}/g, ' {2,}'))
      .join('.*')}$`,
  );

/** The expected lines that are not among those that were printed, each of which counts once. */
export const missingLines = (expected, printed) => {
  const left = printed.split('\n').map(lineOf);
  return expected.filter((line) => {
    const found = left.findIndex((each) => patternOf(line).test(each));
    if (found >= 0) left.splice(found, 1);
    return found < 0;
  });
};

/** A shell that follows a page: it writes its files, runs its commands, and compares what they print. */
class Shell {
  #child;
  #printed = '';
  #ended = false;
  #look = () => undefined;
  /** Where the output of the last commands begins. */
  #from = 0;

  constructor(folder, env) {
    // A group of its own, so that what runs in the background ends with it.
    this.#child = spawn('bash', ['-e'], {
      cwd: folder,
      env,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        this.#printed += String(text);
        this.#look();
      });
    }
    this.#child.on('exit', () => {
      this.#ended = true;
      this.#look();
    });
  }

  async follow(block) {
    if (block.kind === 'file') this.#write(block);
    if (block.kind === 'commands') await this.#run(block.text);
    if (block.kind === 'output') await this.#expect(block.text.trimEnd().split('\n').map(lineOf));
  }

  #write({ name, text }) {
    this.#child.stdin.write(`mkdir -p ${dirname(name)}\ncat >${name} <<'END OF FILE'\n${text}END OF FILE\n`);
  }

  /** What runs in the background goes on. */
  async #run(commands) {
    this.#from = this.#printed.length;
    const mark = `done ${this.#from}`;
    // The page's own commands must not read those that follow.
    this.#child.stdin.write(`{\n${commands}\n} </dev/null\necho "${mark}"\n`);
    await this.#until(
      () => this.#printed.includes(`${mark}\n`),
      () => `to end:\n${commands}`,
    );
  }

  async #expect(lines) {
    const missing = () => missingLines(lines, this.#printed.slice(this.#from));
    await this.#until(
      () => missing().length === 0,
      () => `to print:\n${missing().join('\n')}`,
    );
  }

  #until(holds, what) {
    return new Promise((resolve, reject) => {
      const fail = (why) => reject(new Error(`It printed:\n${this.#printed}\n${why} ${what()}`));
      const limit = setTimeout(() => fail('Waited too long for the commands'), LIMIT_MS);
      this.#look = () => {
        if (!holds() && !this.#ended) return;
        clearTimeout(limit);
        if (holds()) resolve();
        else fail('The shell ended; expected');
      };
      this.#look();
    });
  }

  async close() {
    const ended = new Promise((resolve) => (this.#ended ? resolve() : this.#child.once('close', resolve)));
    try {
      process.kill(-Number(this.#child.pid), 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
    await ended;
  }
}

/**
 * Follows a page in a folder, from its first code block to its last. Its server has another port than 3333.
 * @param prelude commands before those of the page
 */
export const followPage = async (markdown, { folder, port, prelude = '', env = {} }) => {
  const shell = new Shell(folder, {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    NO_COLOR: '1',
    PORT: port,
    // Of the command line.
    QUEUE_URL: `http://localhost:${port}`,
    ...env,
  });
  try {
    await shell.follow({ kind: 'commands', text: prelude });
    for (const block of blocksOf(markdown.replaceAll('3333', port))) await shell.follow(block);
  } finally {
    await shell.close();
  }
};
