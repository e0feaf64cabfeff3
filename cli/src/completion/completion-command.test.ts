import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { runIn } from '../run.fixture.js';

const scriptOf = async (shell: string): Promise<string> => (await runIn('/', ['completion', shell])).out;

/** What bash offers for a command line whose last word is being written. */
const completed = (script: string, ...words: readonly string[]): readonly string[] => {
  const list = words.map((word) => `'${word}'`).join(' ');
  const run = `${script}\nCOMP_WORDS=(typed-queue ${list}); COMP_CWORD=${words.length}; _typed_queue; echo "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', run], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.trim().split(' ');
};

describe('completion', () => {
  it.each<[readonly string[], readonly string[]]>([
    [['he'], ['health']],
    [['groups', 'pa'], ['pause']],
    [['ba'], ['backup']],
    [['restore', '--da'], ['--data-dir']],
    [['bench', '--ra'], ['--rate']],
    [
      ['groups', 'list', '--tok'],
      ['--token', '--token-file'],
    ],
    [['--version', 'dead', 're'], ['redrive']],
    [['dead', '--json', 'redrive', '--dr'], ['--dry-run']],
    [['pub', 'tail', '--keep'], ['--keep-going']],
    [
      ['schedules', ''],
      ['list', 'put', 'delete', '--help'],
    ],
    [
      ['schedules', 'put', '--ti'],
      ['--time-zone', '--timeout'],
    ],
    [['schedules', 'put', 'x', '--missed', 's'], ['skip']],
    [['completion', '--h'], ['--help']],
    [['completion', 'z'], ['zsh']],
    [['dead', 'list', 'orders', '--code', 'rej'], ['rejected']],
    [['contract', 'check', '--mode', 'full-'], ['full-transitive']],
  ])('in bash completes %j', async (words, expected) => {
    expect(completed(await scriptOf('bash'), ...words)).toEqual(expected);
  });

  it('is made for zsh and fish, too', async () => {
    expect(await scriptOf('zsh')).toMatch(
      /^#compdef typed-queue\n[^]*\n {4}"dead"\) reply="list show redrive/,
    );
    expect(await scriptOf('fish')).toContain(
      "-n '__fish_seen_subcommand_from dead; and __fish_seen_subcommand_from list' -l code -x -a 'rejected attempts_exhausted contract_mismatch' -d ",
    );
    expect(await scriptOf('fish')).toContain(
      "complete -c typed-queue -n '__fish_seen_subcommand_from dead; and __fish_seen_subcommand_from redrive' -l dry-run -d ",
    );
  });

  it.each<[readonly string[], string]>([
    [[], "error: missing required argument 'shell'\n"],
    [['tcsh'], 'Allowed choices are bash, zsh, fish.\n'],
  ])('refuses %j', async (args, text) => {
    const { exitCode, err } = await runIn('/', ['completion', ...args]);
    expect([exitCode, err]).toEqual([64, expect.stringContaining(text)]);
  });
});
