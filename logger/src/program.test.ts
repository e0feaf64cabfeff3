import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import colors from 'picocolors';
import type { Config } from './config.js';
import { FakeQueue, save } from './fake-queue.fixture.js';
import { jsonLayout } from './layouts/json-layout.js';
import type { LoggerDeps } from './logger.js';
import { message } from './logging.fixture.js';
import { runProgram } from './program.js';
import { never } from './running.fixture.js';

const start = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const queue = new FakeQueue();
  const [stdout, stderr] = [new PassThrough({ encoding: 'utf8' }), new PassThrough({ encoding: 'utf8' })];
  const stop = new AbortController();
  const configs: Config[] = [];
  let connecting: () => void = () => undefined;
  const connected = new Promise<void>((resolve) => (connecting = resolve));
  const exitCode = runProgram({
    args,
    env,
    stdout,
    stderr,
    directory: import.meta.dirname,
    connect: (config) => {
      configs.push(config);
      setImmediate(connecting);
      // Safe: the fake has the four methods, without their types.
      return queue as unknown as LoggerDeps['queue'];
    },
    colors: colors.createColors(false),
    now: () => 3_600_000,
    after: never,
    stopSignal: () => stop.signal,
  });
  // The contract is loaded first.
  const ended = exitCode.then(() => undefined);
  await Promise.race([connected, ended]);
  const end = async (): Promise<{ exitCode: number; printed: string; status: string }> => {
    stop.abort();
    return {
      exitCode: await exitCode,
      printed: String(stdout.read() ?? ''),
      status: String(stderr.read() ?? ''),
    };
  };
  const groups = () => queue.subscribed.map(({ queue: name, options }) => [name, options]);
  return { queue, configs, groups, end };
};

describe('runProgram', () => {
  it('is a member of the group "logger" by default', async () => {
    const { queue, configs, groups, end } = await start([], {
      QUEUE_URL: 'http://there:1',
      QUEUE_TOKEN: 't',
    });
    expect(configs).toMatchObject([{ url: 'http://there:1', token: 't' }]);
    expect(groups()).toMatchObject([
      ['files', { group: 'logger' }],
      ['database', { group: 'logger' }],
    ]);
    await queue.deliver(save(1));
    expect(await end()).toEqual({
      exitCode: 0,
      printed: expect.stringContaining('  files     #1  '),
      status:
        'logger: printing files, database of http://there:1, group "logger", from where it stopped (built-in contract)\n',
    });
  });

  it('prints JSON when the command line or the environment says so', async () => {
    for (const { queue, end } of [await start(['--json']), await start([], { LOG_FORMAT: 'json' })]) {
      await queue.deliver(save(1));
      expect((await end()).printed).toBe(jsonLayout.message(save(1)));
    }
  });

  it('is a member of a group of its own with a filter; the command line replaces the environment', async () => {
    const byEnvironment = await start([], { LOG_QUEUES: 'files', LOG_EVENTS: 'error' });
    expect(byEnvironment.groups()).toMatchObject([
      ['files', { group: 'logger:files.error', events: ['error'] }],
    ]);
    const byBoth = await start(['--event', 'create'], { LOG_QUEUES: 'files', LOG_EVENTS: 'error' });
    expect(byBoth.groups()).toMatchObject([
      ['database', { group: 'logger:database.create', events: ['create'] }],
    ]);
    await byEnvironment.end();
    await byBoth.end();
  });

  it('replays', async () => {
    const { queue, groups, end } = await start(['--from', '15m', '--queue', 'files', '--no-follow']);
    expect(groups()).toEqual([]);
    expect(queue.tails).toMatchObject([{ queue: 'files', options: { from: { time: 2_700_000 } } }]);
    queue.tails[0]?.give(message(1), { kind: 'live', next: 2 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(queue.closed).toEqual([{ timeoutMs: 500 }]);
    expect(await end()).toMatchObject({ exitCode: 0, status: expect.stringContaining('live') });
  });

  it('shows help on stdout', async () => {
    const { configs, end } = await start(['--help'], { QUEUE_URL: 'nowhere' });
    const { exitCode, printed, status } = await end();
    expect(exitCode).toBe(0);
    expect(status).toBe('');
    expect(configs).toEqual([]);
    expect(printed).toMatch(/^Usage: logger /);
  });

  it('ends with 2 when the command line is wrong, all problems named', async () => {
    const { configs, end } = await start(['--queue', 'flies', '--from', '0']);
    const { exitCode, printed, status } = await end();
    expect(exitCode).toBe(2);
    expect(printed).toBe('');
    expect(configs).toEqual([]);
    expect(status).toMatch(/^logger: --queue "flies": .*\nlogger: --from "0": .*\n\nUsage: logger /);
  });

  it('ends with 78 when the environment is wrong', async () => {
    const { configs, end } = await start([], { LOG_EVENTS: 'svae' });
    const { exitCode, status } = await end();
    expect(exitCode).toBe(78);
    expect(configs).toEqual([]);
    expect(status).toMatch(
      /^logger: The environment is wrong:\n {2}LOG_EVENTS="svae": allowed: save, error, /,
    );
  });

  it('takes the queues and events of the contract that CONTRACT names', async () => {
    const env = { CONTRACT: './own-contract.fixture.ts', LOG_QUEUES: 'orders' };
    const { configs, groups, end } = await start([], env);
    expect(groups()).toMatchObject([['orders', { group: 'logger:orders' }]]);
    expect(Object.keys(configs[0]?.contract ?? {})).toEqual(['orders', 'files']);
    expect((await end()).status).toContain('(contract ./own-contract.fixture.ts)');
    const wrong = await start(['--queue', 'database'], env);
    expect(await wrong.end()).toMatchObject({
      exitCode: 2,
      status: expect.stringContaining('logger: --queue "database": allowed: orders, files\n'),
    });
    const help = await start(['--help'], env);
    expect((await help.end()).printed).toContain('only this queue: orders, files\n');
  });

  it('ends with 78 when CONTRACT cannot be loaded, and shows its help all the same', async () => {
    const env = { CONTRACT: './gone.js', LOG_QUEUES: 'orders', LOG_FORMAT: 'xml' };
    const { exitCode, status } = await (await start(['--queue', 'orders'], env)).end();
    expect(exitCode).toBe(78);
    expect(status).toMatch(
      /^logger: The environment is wrong:\n {2}CONTRACT="\.\/gone\.js": there is no file .*\n {2}LOG_FORMAT="xml": .*\n$/,
    );
    const help = await (await start(['--help'], env)).end();
    expect(help).toMatchObject({ exitCode: 0, printed: expect.stringContaining('only this queue\n') });
  });
});
