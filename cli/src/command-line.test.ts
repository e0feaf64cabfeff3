import { describe, expect, it } from '@jest/globals';
import { CommandError } from './exit-code.js';
import { runIn } from './run.fixture.js';

const HERE = import.meta.dirname;

describe('the command line', () => {
  it.each([
    [['--help'], 'contract check --against'],
    [['contract', '--help'], 'contract export --json-schema'],
    [['contract', 'check', '--help'], 'Waivers'],
    [['contract', 'export', '--help'], '--allow-undecidable'],
    [['pub', '--help'], '--dedupe-field <name>'],
    [['tail', '--help'], '--no-follow'],
    [['queues', '--help'], '--token-file <file>'],
    [['groups', '--help'], 'groups seek orders billing 2h'],
    [['groups', 'list', '--help'], 'LAG: messages that were never delivered'],
    [['groups', 'pause', '--help'], '<queue> <group>'],
    [['groups', 'resume', '--help'], '<queue> <group>'],
    [['groups', 'seek', '--help'], 'how long ago (90s'],
    [['groups', 'delete', '--help'], '--yes'],
    [['dead', '--help'], 'dead discard orders --until 30d'],
    [['dead', 'list', '--help'], '--since <time>'],
    [['dead', 'show', '--help'], '<position>'],
    [['dead', 'redrive', '--help'], '--dry-run'],
    [['dead', 'discard', '--help'], '--dry-run'],
    [['schedules', '--help'], 'schedules delete monthly'],
    [['schedules', 'list', '--help'], '[queue]'],
    [['schedules', 'put', '--help'], '--time-zone <zone>'],
    [['schedules', 'delete', '--help'], '--yes'],
    [['purge', '--help'], '--before <seq>'],
    [['health', '--help'], '/readyz (it takes messages)'],
    [['keys', '--help'], 'keys withdraw billing'],
    [['keys', 'new', '--help'], 'orders:consume=billing-*'],
    [['keys', 'list', '--help'], '--file <file>'],
    [['keys', 'withdraw', '--help'], '--yes'],
    [['token', '--help'], 'token new user-7'],
    [['token', 'new', '--help'], '--expires <time>'],
    [['token', 'show', '--help'], 'its signature is not checked'],
    [['serve', '--help'], '--data-dir <folder>'],
    [['dev', '--help'], 'typed-queue dev src/contract.ts'],
    [['completion', '--help'], 'source <(typed-queue completion bash)'],
    [['--version'], '0.0.0'],
  ])('answers %j', async (args, text) => {
    const { exitCode, out, err } = await runIn(HERE, args);
    expect([exitCode, err]).toEqual([0, '']);
    expect(out).toContain(text);
  });

  it.each<[readonly string[], string]>([
    [['contact'], "error: unknown command 'contact' (Did you mean contract?)\n"],
    [['help', 'contact'], "error: unknown command 'contact' (Did you mean contract?)\n"],
    [['contract', 'chek'], "error: unknown command 'chek' (Did you mean check?)\n"],
    [['contract', 'check'], 'error: name what to compare with: --against <source>\n'],
    [
      ['contract', 'check', '--agianst', 'x'],
      "error: unknown option '--agianst' (Did you mean --against?)\n",
    ],
    [
      ['contract', 'check', '--against', 'x', '--mode', 'all'],
      "error: option '--mode <mode>' argument 'all' is invalid. Allowed choices are backward, forward, full, full-transitive.\n",
    ],
    [
      ['contract', 'check', '--against', 'x', 'y'],
      "error: too many arguments for 'check'. Expected 0 arguments but got 1.\n",
    ],
    [['contract', 'export'], 'error: name a format: --json-schema, --asyncapi or --docs\n'],
    [
      ['contract', 'export', '--docs', '--asyncapi'],
      "error: option '--asyncapi' cannot be used with option '--docs'\n",
    ],
  ])('refuses %j in one line', async (args, text) => {
    expect(await runIn(HERE, args)).toEqual({ exitCode: 64, out: '', err: text });
  });

  it('fails where its output cannot be written, unless its reader is gone', async () => {
    const closed = new AbortController();
    const help = () => runIn(HERE, ['--help'], { outputClosed: closed.signal });
    expect((await help()).exitCode).toBe(0);
    closed.abort(new CommandError(73, 'standard output cannot be written: it is full'));
    expect(await help()).toMatchObject({
      exitCode: 73,
      err: 'error: standard output cannot be written: it is full\n',
    });
    expect((await runIn(HERE, ['--help'], { outputClosed: AbortSignal.abort() })).exitCode).toBe(0);
  });

  it('does not say of each flag that it is off by default', async () => {
    expect((await runIn(HERE, ['pub', '--help'])).out).not.toContain('default: false');
  });

  it('shows its help, and fails, without a command', async () => {
    const { exitCode, err } = await runIn(HERE, []);
    expect([exitCode, err.slice(0, 6)]).toEqual([64, 'Usage:']);
  });
});
