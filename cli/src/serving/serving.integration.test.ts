import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { runIn, withFolder } from '../run.fixture.js';

const BIN = join(import.meta.dirname, '../../dist/bin.js');

const freePort = async (): Promise<string> => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  // Safe: a server that listens on a port has an address of this kind.
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return String(port);
};

/** The built program in a folder, until its test ends it. */
const startProgram = (
  directory: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
) => {
  const env = { PATH: process.env.PATH, LOG_FORMAT: 'json', ...variables };
  const child = spawn(process.execPath, [BIN, ...args], { cwd: directory, env, detached: true });
  const printed = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (printed.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed.err += chunk.toString()));
  const ended = once(child, 'close').then(([code]): unknown => code);
  return {
    printed,
    /** Waits for a text. */
    says: async (stream: 'out' | 'err', text: string, times = 1): Promise<void> => {
      while (printed[stream].split(text).length <= times) {
        await Promise.race([once(stream === 'out' ? child.stdout : child.stderr, 'data'), ended]);
        if (child.exitCode !== null) throw new Error(`it ended:\n${printed.out}\n${printed.err}`);
      }
    },
    signal: (name: NodeJS.Signals): void => void child.kill(name),
    /** As a terminal signals all programs of a command. */
    signalGroup: (name: NodeJS.Signals): void => {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    },
    end: async (signal: NodeJS.Signals): Promise<unknown> => {
      child.kill(signal);
      return ended;
    },
    ended,
  };
};

/** A contract in TypeScript that needs no package. */
const contractOf = (...events: readonly string[]): string => `
  interface Result { readonly value: unknown }
  const validate = (value: unknown): Result => ({ value });
  const schema = { '~standard': { version: 1 as const, vendor: 'test', validate } };
  const events = { ${events.map((event) => `${event}: schema`).join(', ')} };
  export const contract = { orders: { name: 'orders', events, retention: {} } };`;

describe('serve', () => {
  it('serves a contract in TypeScript until a signal ends it', async () => {
    await withFolder({ 'contract.ts': contractOf('placed') }, async (directory) => {
      const port = await freePort();
      const args = ['serve', '--contract', './contract.ts', '--port', port, '--data-dir', 'data'];
      const program = startProgram(directory, args);
      await program.says('out', 'listens on');
      const url = `http://127.0.0.1:${port}`;
      expect((await runIn('/', ['pub', 'orders', 'placed', '1', '--url', url])).exitCode).toBe(0);
      expect((await stat(join(directory, 'data/queue'))).isDirectory()).toBe(true);
      expect(await program.end('SIGTERM')).toBe(0);
    });
  });

  it('passes SIGHUP on: the server reads its keys again', async () => {
    await withFolder({ 'contract.ts': contractOf('placed') }, async (directory) => {
      const keys = ['--file', 'keys.json'];
      await runIn(directory, ['keys', 'new', 'old', ...keys]);
      const program = startProgram(
        directory,
        ['serve', '--contract', './contract.ts', '--port', '0', '--data-dir', 'data'],
        { QUEUE_KEYS_FILE: 'keys.json' },
      );
      await program.says('out', 'listens on');
      await runIn(directory, ['keys', 'new', 'added', ...keys]);
      program.signal('SIGHUP');
      await program.says('out', 'the keys file was read again');
      expect(await program.end('SIGINT')).toBe(0);
    });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends with 0 at %s before the server listens', async (signal) => {
    await withFolder(
      { 'contract.ts': `console.log('loading');${contractOf('placed')}` },
      async (directory) => {
        const program = startProgram(directory, ['serve', '--contract', './contract.ts', '--port', '0']);
        await program.says('out', 'loading');
        expect(await program.end(signal)).toBe(0);
      },
    );
  });

  it('goes on at SIGHUP before the server listens, and passes it on afterwards', async () => {
    await withFolder(
      { 'contract.ts': `console.log('loading');${contractOf('placed')}` },
      async (directory) => {
        const program = startProgram(directory, ['serve', '--contract', './contract.ts', '--port', '0']);
        await program.says('out', 'loading');
        program.signal('SIGHUP');
        await program.says('out', 'SIGHUP: without keys and TLS there is nothing to read again');
        expect(await program.end('SIGINT')).toBe(0);
      },
    );
  });

  it('leaves no server behind when it is killed', async () => {
    await withFolder({ 'contract.ts': contractOf('placed') }, async (directory) => {
      const program = startProgram(directory, ['serve', '--contract', './contract.ts', '--port', '0']);
      await program.says('out', 'listens on');
      // Its pipes close only when the server has ended, too.
      expect(await program.end('SIGKILL')).toBeNull();
      expect(program.printed.out).toContain('shutting down');
    });
  });

  it('has the exit code of the server that cannot run', async () => {
    await withFolder({}, async (directory) => {
      const program = startProgram(directory, ['serve'], { CONTRACT: './none.js' });
      expect(await program.ended).toBe(78);
      expect(program.printed.err).toContain('there is no file');
    });
  });
});

describe('the options of serve', () => {
  it.each<[readonly string[], number, string]>([
    [['--contract', 'nope.ts'], 66, 'error: --contract nope.ts: there is no file '],
    [[], 66, 'error: no contract in '],
    [['--port', '-1'], 64, "error: option '--port <port>' argument '-1' is invalid."],
    [['--port', '0x10cf'], 64, "error: option '--port <port>' argument '0x10cf' is invalid."],
    [['--port', ''], 64, "error: option '--port <port>' argument '' is invalid."],
    [['--data-dir', ''], 64, "error: option '--data-dir <folder>' argument '' is invalid."],
  ])('%j are refused before the server starts', async (args, exitCode, text) => {
    await withFolder({}, async (directory) => {
      const run = await runIn(directory, ['serve', ...args]);
      expect([run.exitCode, run.err.slice(0, text.length)]).toEqual([exitCode, text]);
    });
  });
});

describe('dev', () => {
  it('prints what is published, and starts again when the contract changes', async () => {
    await withFolder({ 'contract.ts': contractOf('placed') }, async (directory) => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const publish = async (event: string): Promise<number> =>
        (await runIn('/', ['pub', 'orders', event, '{"id":1}', '--url', url])).exitCode;
      const contract = join(directory, 'contract.ts');
      const program = startProgram(directory, ['dev', '--port', port]);
      await program.says('err', 'listens on');
      expect(await publish('placed')).toBe(0);
      await program.says('out', ' 1 placed {"id":1}\n');
      expect(await publish('paid')).toBe(3);

      await writeFile(contract, contractOf('placed', 'paid'));
      await program.says('err', 'changed: contract.ts; starting again\n');
      await program.says('err', 'listens on', 2);
      expect(await publish('paid')).toBe(0);
      await program.says('out', ' 2 paid {"id":1}\n');

      await writeFile(contract, '(');
      await program.says('err', 'waiting for a change of it\n');
      await writeFile(contract, contractOf('placed'));
      await program.says('err', 'listens on', 3);

      expect(await program.end('SIGINT')).toBe(0);
      expect(program.printed.out.split('\n')).toHaveLength(3);
      expect((await stat(join(directory, 'typed-queue-data/queue'))).isDirectory()).toBe(true);
    });
  });

  it('starts again when the contract changes while its server starts, each time', async () => {
    await withFolder({ 'contract.ts': contractOf('placed') }, async (directory) => {
      const contract = join(directory, 'contract.ts');
      const program = startProgram(directory, ['dev', '--port', '0']);
      await program.says('err', 'listens on');
      for (const n of [1, 2, 3]) {
        await writeFile(contract, `console.error('loading ${n}');${contractOf('placed')}`);
        await program.says('err', `loading ${n}`);
      }
      await program.says('err', 'listens on', 2);
      expect(await program.end('SIGINT')).toBe(0);
    });
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends with 0 at %s while its server starts',
    async (signal) => {
      await withFolder(
        { 'contract.ts': `console.error('loading');${contractOf('placed')}` },
        async (directory) => {
          const program = startProgram(directory, ['dev', '--port', '0']);
          await program.says('err', 'loading');
          expect(await program.end(signal)).toBe(0);
        },
      );
    },
  );

  it.each(['SIGINT', 'SIGHUP'] as const)(
    'ends with 0 when its terminal sends %s while its server starts',
    async (signal) => {
      const contract = `console.error('loading');${contractOf('placed')}`;
      await withFolder({ 'contract.ts': contract }, async (directory) => {
        const program = startProgram(directory, ['dev', '--port', '0']);
        await program.says('err', 'loading');
        program.signalGroup(signal);
        expect(await program.ended).toBe(0);
      });
    },
  );

  it.each<[readonly string[], string]>([
    [[], ': write contract.ts with "export const contract = defineContract({ … })", or name a file\n'],
    [['contract.ts'], 'contract.ts: name the file that exports "contract"\n'],
  ])('%j without a contract says what to do', async (args, text) => {
    await withFolder({}, async (directory) => {
      const { exitCode, err } = await runIn(directory, ['dev', ...args]);
      expect([exitCode, err]).toEqual([66, expect.stringContaining(text)]);
    });
  });

  it('ends with the exit code of a server that no change of the contract mends', async () => {
    const taken = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await once(taken, 'listening');
    // Safe: a server that listens on a port has an address of this kind.
    const { port } = taken.address() as AddressInfo;
    try {
      await withFolder({ 'contract.ts': contractOf('placed') }, async (directory) => {
        expect(await startProgram(directory, ['dev', '--port', String(port)]).ended).toBe(1);
      });
    } finally {
      taken.close();
      await once(taken, 'close');
    }
  });
});
