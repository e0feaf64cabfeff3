import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import colors from 'picocolors';
import type { Config } from './config.js';
import { FakeQueue, save } from './fake-queue.fixture.js';
import { jsonLayout } from './json.js';
import type { Parts } from './logger.js';
import { message } from './logging.fixture.js';
import { runProgram } from './program.js';
import { never } from './running.fixture.js';

const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const queue = new FakeQueue();
  const [stdout, stderr] = [new PassThrough({ encoding: 'utf8' }), new PassThrough({ encoding: 'utf8' })];
  const stop = new AbortController();
  const configs: Config[] = [];
  const exitCode = runProgram({
    ...{ args, env, stdout, stderr },
    connect: (config) => {
      configs.push(config);
      // Safe: the fake has the four methods, without their types.
      return queue as unknown as Parts['queue'];
    },
    colors: colors.createColors(false),
    now: () => 3_600_000,
    after: never,
    signal: stop.signal,
  });
  const end = async (): Promise<{ exitCode: number; printed: string; said: string }> => {
    stop.abort();
    return {
      exitCode: await exitCode,
      printed: String(stdout.read() ?? ''),
      said: String(stderr.read() ?? ''),
    };
  };
  const groups = () => queue.subscribed.map(({ queue: name, options }) => [name, options]);
  return { queue, configs, groups, end };
};

describe('runProgram', () => {
  it('is a member of the group "logger" by default', async () => {
    const { queue, configs, groups, end } = start([], { QUEUE_URL: 'http://there:1', QUEUE_TOKEN: 't' });
    expect(configs).toMatchObject([{ url: 'http://there:1', token: 't' }]);
    expect(groups()).toMatchObject([
      ['files', { group: 'logger' }],
      ['database', { group: 'logger' }],
    ]);
    await queue.deliver(save(1));
    expect(await end()).toEqual({
      exitCode: 0,
      printed: expect.stringContaining('  files     #1  '),
      said: '',
    });
  });

  it('prints JSON when the command line or the environment says so', async () => {
    for (const { queue, end } of [start(['--json']), start([], { LOG_FORMAT: 'json' })]) {
      await queue.deliver(save(1));
      expect((await end()).printed).toBe(jsonLayout.message(save(1)));
    }
  });

  it('is a member of a group of its own with a filter, and the command line stands for the environment', async () => {
    const byEnvironment = start([], { LOG_QUEUES: 'files', LOG_EVENTS: 'error' });
    expect(byEnvironment.groups()).toMatchObject([
      ['files', { group: 'logger:files.error', events: ['error'] }],
    ]);
    const byBoth = start(['--event', 'create'], { LOG_QUEUES: 'files', LOG_EVENTS: 'error' });
    expect(byBoth.groups()).toMatchObject([
      ['database', { group: 'logger:database.create', events: ['create'] }],
    ]);
    await byEnvironment.end();
    await byBoth.end();
  });

  it('replays', async () => {
    const { queue, groups, end } = start(['--from', '15m', '--queue', 'files', '--no-follow']);
    expect(groups()).toEqual([]);
    expect(queue.tails).toMatchObject([{ queue: 'files', options: { from: { time: 2_700_000 } } }]);
    queue.tails[0]?.give(message(1), { kind: 'live', next: 2 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(queue.closed).toEqual([{ timeoutMs: 500 }]);
    expect(await end()).toMatchObject({ exitCode: 0, said: expect.stringContaining('live') });
  });

  it('shows help on stdout', async () => {
    const { configs, end } = start(['--help'], { QUEUE_URL: 'nowhere' });
    const { exitCode, printed, said } = await end();
    expect([exitCode, said, configs]).toEqual([0, '', []]);
    expect(printed).toMatch(/^Usage: logger /);
  });

  it('ends with 2 when the command line is wrong, all problems named', async () => {
    const { configs, end } = start(['--queue', 'flies', '--from', '0']);
    const { exitCode, printed, said } = await end();
    expect([exitCode, printed, configs]).toEqual([2, '', []]);
    expect(said).toMatch(/^logger: --queue "flies": .*\nlogger: --from "0": .*\n\nUsage: logger /);
  });

  it('ends with 78 when the environment is wrong', async () => {
    const { configs, end } = start([], { LOG_EVENTS: 'svae' });
    const { exitCode, said } = await end();
    expect([exitCode, configs]).toEqual([78, []]);
    expect(said).toMatch(/^logger: The environment is wrong:\n {2}LOG_EVENTS="svae": allowed: save, error, /);
  });
});
