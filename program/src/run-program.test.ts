import { ApiError, QueueError } from '@typed-queue/contracts';
import { describe, expect, it } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { LISTEN_ADVICE, runServer, type RunnableServer } from './run-program.js';

class Output extends EventEmitter {
  text = '';

  write(text: string): void {
    this.text += text;
  }
}

class FakeProcess extends EventEmitter {
  readonly argv: readonly string[];
  readonly env = { INIT_CWD: '/home/me', PORT: '1' };
  readonly stdout = new Output();
  readonly stderr = new Output();
  readonly ppid = 7;

  constructor(args: readonly string[]) {
    super();
    this.argv = ['node', 'main.js', ...args];
  }

  cwd(): string {
    return '/elsewhere';
  }

  exit(): void {
    throw new Error('Only a second signal ends the process at once.');
  }
}

interface Config {
  readonly port: number;
  readonly host: string;
}

const run = async (server: Partial<RunnableServer<Config>> = {}, ...args: string[]) => {
  const process = new FakeProcess(args);
  const failures: unknown[] = [];
  const exitCode = await runServer<Config>(process, {
    name: 'some-server',
    purpose: 'Serves.',
    variables: '  PORT  where it listens\n',
    moduleDir: '/app/dist',
    configure: ({ PORT }) => ({ port: Number(PORT), host: 'localhost' }),
    serve: async () => undefined,
    advice: LISTEN_ADVICE,
    logFailure: (_config, explanation) => failures.push(explanation),
    ...server,
  });
  return { exitCode, failures, out: process.stdout.text, err: process.stderr.text };
};

const failing = (error: Error, server: Partial<RunnableServer<Config>> = {}) =>
  run({ serve: () => Promise.reject(error), ...server });

describe('runServer', () => {
  it('configures with the environment and the folder in which npm was started, and serves', async () => {
    const seen: unknown[] = [];
    const { exitCode } = await run({
      configure: (_env, places) => {
        seen.push(places);
        return { port: 1, host: 'localhost' };
      },
      serve: async (config) => void seen.push(config),
    });
    expect(seen).toEqual([
      { directory: '/home/me', moduleDir: '/app/dist' },
      { port: 1, host: 'localhost' },
    ]);
    expect(exitCode).toBe(0);
  });

  it('aborts the signal of the server at SIGTERM', async () => {
    const process = new FakeProcess([]);
    let reason: unknown;
    await runServer<object>(process, {
      name: 'some-server',
      purpose: 'Serves.',
      variables: '',
      moduleDir: '/app/dist',
      configure: () => ({}),
      serve: async (_config, stop) => {
        process.emit('SIGTERM');
        reason = stop.reason;
      },
      advice: {},
      logFailure: () => undefined,
    });
    expect(reason).toBe(143);
  });

  it('answers arguments without a configuration', async () => {
    const { exitCode, out } = await run({ configure: () => Promise.reject(new Error('read')) }, '--help');
    expect(out).toContain('Usage: some-server');
    expect(exitCode).toBe(0);
  });

  it('ends with 78 when the configuration is wrong, and says what is wrong with it', async () => {
    const wrong = new QueueError('config_invalid', 'PORT="x": expected a port');
    const { exitCode, err } = await run({ configure: () => Promise.reject(wrong), label: 'server' });
    expect(err).toBe('server: PORT="x": expected a port\n');
    expect(exitCode).toBe(78);
  });

  it.each([
    ['an error with a code', new QueueError('aborted', 'Stopped.'), 'Stopped. (aborted)'],
    [
      'an error of the system, with advice',
      Object.assign(new Error('listen'), { code: 'EADDRINUSE' }),
      'Port 1 of localhost is taken. Stop the program that has it, or set PORT. (Error: listen)',
    ],
    ['an unexpected error', new TypeError('x is not a function'), undefined],
    ['an internal error', new QueueError('internal', 'x'), undefined],
  ])('ends with 1 after %s, and logs its explanation', async (_, error, explanation) => {
    expect(await failing(error)).toMatchObject({ exitCode: 1, failures: [explanation] });
  });

  it('prefers the explanation of the program', async () => {
    const { failures } = await failing(new QueueError('aborted', 'x'), {
      explain: () => 'The cable is out.',
    });
    expect(failures).toEqual(['The cable is out.']);
  });

  it('ends with 78 after an error that another configuration mends', async () => {
    const error = new ApiError('database_standalone', 'No transactions.');
    expect(await failing(error, { configErrors: ['database_standalone'] })).toMatchObject({ exitCode: 78 });
  });
});
