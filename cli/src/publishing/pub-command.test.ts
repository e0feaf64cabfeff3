import { describe, expect, it } from '@jest/globals';
import { MAX_PAYLOAD_BYTES } from '@typed-queue/contracts';
import { inputOf, runIn, until, withFolder } from '../run.fixture.js';
import { objectsOf, REFUSING_CONTRACT, withServer } from '../served.fixture.js';

const order = (id: string): string => JSON.stringify({ id, total: 1 });

/** The ids of all orders. */
const ids = (out: string): unknown =>
  // Safe: the queue has nothing else.
  objectsOf(out).map((message) => (message as { readonly payload: { readonly id: string } }).payload.id);

const ALL = ['tail', 'orders', '--from', 'start', '--no-follow', '--json'];

describe('pub of one message', () => {
  it('stores it and says where', async () => {
    await withServer(async ({ run }) => {
      const { exitCode, out, err } = await run(['pub', 'orders', 'placed', order('ü')]);
      expect([exitCode, err]).toEqual([0, '']);
      expect(out).toMatch(/^stored: orders 1 \([\da-f-]{36}\)\n$/);
      expect(ids((await run(ALL)).out)).toEqual(['ü']);
    });
  });

  it('prints the receipt as JSON', async () => {
    await withServer(async ({ run }) => {
      const { out } = await run(['pub', 'orders', 'placed', order('1'), '--json', '--dedupe-key', 'a']);
      expect(objectsOf(out)).toMatchObject([{ seq: 1, duplicate: false, durability: 'memory' }]);
      const again = await run(['pub', 'orders', 'placed', order('1'), '--dedupe-key', 'a']);
      expect(again.out).toContain('was stored before: orders 1 ');
    });
  });

  it('has the key and the headers that it is given', async () => {
    await withServer(async ({ run }) => {
      const options = ['--key', 'k', '--header', 'a=b=c', '--header', 'd='];
      expect((await run(['pub', 'orders', 'placed', order('1'), ...options])).exitCode).toBe(0);
      expect(objectsOf((await run(ALL)).out)).toMatchObject([{ headers: { key: 'k', a: 'b=c', d: '' } }]);
    });
  });

  it('is stored only after the seq that is expected of its key', async () => {
    await withServer(async ({ run }) => {
      const pub = ['pub', 'orders', 'placed', order('1'), '--key', 'k'];
      expect((await run([...pub, '--expected-seq', '0'])).exitCode).toBe(0);
      const { exitCode, err } = await run([...pub, '--expected-seq', '0']);
      expect(exitCode).toBe(1);
      expect(err).toContain('The last message with the key "k" has the seq 1, and none was expected.');
      expect((await run([...pub, '--expected-seq', '1'])).out).toContain('stored: orders 2 ');
    });
  });

  it('of a call says that it is one, and what may be published', async () => {
    await withServer(async ({ run }) => {
      const { exitCode, err } = await run(['pub', 'empty', 'count', 'null']);
      expect([exitCode, err]).toEqual([
        3,
        `error: "count" of "empty" is a call: a program makes it by queue.call('empty', 'count', …). ` +
          'Events of "empty" that may be published: event.\n',
      ]);
    });
  });

  it.each<[string, readonly string[], number, string]>([
    ['a payload that is no JSON', ['orders', 'placed', '{'], 65, 'error: the payload: it is not JSON: '],
    [
      'a number that is too large',
      ['orders', 'placed', '{"id":"1","total":1e400}'],
      65,
      'a number in it is too large',
    ],
    ['a payload that does not match', ['orders', 'placed', '{"id":1}'], 65, '(payload_invalid)\n'],
    ['an unknown queue', ['order', 'placed', order('1')], 3, '"typed-queue queues" lists'],
    ['an unknown event', ['orders', 'paid', order('1')], 3, 'it has placed, cancelled. (event_unknown)\n'],
    ['a header without a value', ['orders', 'placed', '1', '--header', 'a'], 64, 'Write name=value.\n'],
    [
      'an expected seq that is none',
      ['orders', 'placed', '1', '--expected-seq', '-1'],
      64,
      'or 0 when there is none.',
    ],
    ['an expected seq of lines', ['orders', 'placed', '-', '--expected-seq', '1'], 64, 'is for one message'],
    ['two keys', ['orders', 'placed', '1', '--key', 'a', '--key-field', 'b'], 64, 'cannot be used with'],
    ['a missing field', ['orders', 'placed', '{}', '--key-field', 'id'], 65, 'the payload has no field "id"'],
    [
      'a field that is no text',
      ['orders', 'placed', '{"id":{}}', '--key-field', 'id'],
      65,
      'field "id" of the payload is neither',
    ],
    ['no event', ['orders'], 64, "missing required argument 'event'\n"],
  ])('refuses %s', async (...[, args, exitCode, text]) => {
    await withServer(async ({ run }) => {
      const result = await run(['pub', ...args]);
      expect(result).toMatchObject({ exitCode, out: '' });
      expect(result.err).toContain(text);
      expect((await run(ALL)).out).toBe('');
    });
  });

  it('asks for a payload where there is a terminal', async () => {
    const stdin = { ...inputOf(), isTerminal: true };
    const { exitCode, err } = await runIn('/', ['pub', 'orders', 'placed'], { stdin });
    expect([exitCode, err]).toEqual([64, 'error: give the payload as JSON, or "-" and one payload a line\n']);
  });

  it('checks the payload by a contract before it is sent', async () => {
    await withServer(async ({ run }) => {
      await withFolder({ 'contract.mjs': REFUSING_CONTRACT }, async (directory) => {
        const args = ['pub', 'orders', 'placed', order('1'), '--contract', './contract.mjs'];
        const { exitCode, err } = await run(args, { directory });
        expect([exitCode, err]).toEqual([65, expect.stringContaining('by this module')]);
      });
    });
  });
});

describe('pub of lines', () => {
  it('stores one message a line, wherever its bytes are split', async () => {
    await withServer(async ({ run }) => {
      const bytes = Buffer.from(`${order('é')}\n\n${order('2')}\r\n${order('3')}`);
      const stdin = inputOf(bytes.subarray(0, 8), bytes.subarray(8, 9), bytes.subarray(9));
      const { exitCode, out, err } = await run(['pub', 'orders', 'placed', '-'], { stdin });
      expect([exitCode, out, err]).toEqual([0, '3 messages stored in orders\n', '']);
      expect(ids((await run(ALL)).out)).toEqual(['é', '2', '3']);
    });
  });

  it.each([
    ['no JSON', 'x', 'message_invalid'],
    ['too long', 'x'.repeat(3 * MAX_PAYLOAD_BYTES), 'message_too_large'],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'message_invalid'],
  ])('ends at a line that is %s, and names it', async (_, bad, code) => {
    await withServer(async ({ run }) => {
      const stdin = inputOf(`${order('1')}\n\n`, bad, `\n${order('2')}\n`, `${order('3')}\n`);
      const { exitCode, out, err } = await run(['pub', 'orders', 'placed'], { stdin });
      expect([exitCode, out]).toEqual([65, '1 message stored in orders, 1 refused\n']);
      expect(err).toMatch(new RegExp(`^line 3: .+ \\(${code}\\)\\n$`));
      expect(ids((await run(ALL)).out)).toEqual(['1']);
    });
  });

  it.each(['--key-field', '--dedupe-field'])('names a line without the field of %s', async (option) => {
    await withServer(async ({ run }) => {
      const lines = `${order('1')}\n{"total":1}\n${order('2')}\n`;
      const args = ['pub', 'orders', 'placed', option, 'id'];
      const ended = await run(args, { stdin: inputOf(lines) });
      expect(ended).toEqual({
        exitCode: 65,
        out: '1 message stored in orders, 1 refused\n',
        err: 'line 2: the payload has no field "id" (message_invalid)\n',
      });
      const { exitCode, out } = await run([...args, '--keep-going'], { stdin: inputOf(lines) });
      expect([exitCode, out.replace(/, \d of them was stored before/, '')]).toEqual([
        65,
        '2 messages stored in orders, 1 refused\n',
      ]);
    });
  });

  it('names only the first of the bad lines that were sent together, and counts them', async () => {
    await withServer(async ({ run }) => {
      const stdin = inputOf('{"id":1}\n{"id":2}\n{"id":3}\n');
      const { out, err } = await run(['pub', 'orders', 'placed'], { stdin });
      expect(out).toBe('0 messages stored in orders, 3 refused\n');
      expect(err).toMatch(/^line 1: .+\n$/);
    });
  });

  it('says that standard input cannot be read, and what is stored', async () => {
    await withServer(async ({ run }) => {
      const chunks = (async function* () {
        yield Buffer.from(`${order('1')}\n`);
        throw new Error('EIO: i/o error, read');
      })();
      expect(await run(['pub', 'orders', 'placed'], { stdin: { chunks, isTerminal: false } })).toEqual({
        exitCode: 66,
        out: '1 message stored in orders\n',
        err: 'error: standard input cannot be read: EIO: i/o error, read\n',
      });
    });
  });

  it('leaves bad lines out with --keep-going, also those that the server refuses', async () => {
    await withServer(async ({ run }) => {
      const stdin = inputOf(`${order('1')}\nx\n{"id":7}\n${order('2')}\n`);
      const { exitCode, out, err } = await run(['pub', 'orders', 'placed', '-', '--keep-going', '--json'], {
        stdin,
      });
      expect(exitCode).toBe(65);
      expect(objectsOf(out)).toMatchObject([
        { queue: 'orders', event: 'placed', stored: 2, refused: 2, firstBadLine: 2 },
      ]);
      expect(err).toMatch(/^line 2: .+\nline 3: .+ \(payload_invalid\)\n$/);
    });
  });

  it('publishes a file twice without storing a message twice', async () => {
    await withServer(async ({ run }) => {
      const args = ['pub', 'orders', 'placed', '--dedupe-field', 'id', '--key-field', 'id'];
      const lines = [1, 2, 3].map((id) => `${order(String(id))}\n`);
      await run(args, { stdin: inputOf(...lines.slice(0, 2)) });
      const { out } = await run(args, { stdin: inputOf(...lines) });
      expect(out).toBe('3 messages stored in orders, 2 of them were stored before\n');
      expect(objectsOf((await run(ALL)).out)).toMatchObject(
        ['1', '2', '3'].map((id) => ({ payload: { id }, headers: { key: id } })),
      );
    });
  });

  it('reads no faster than the server stores: more lines than a client may hold', async () => {
    await withServer(async ({ run }) => {
      const LINES = 150_000;
      const chunk = Buffer.from(`${order('1')}\n`.repeat(1_000));
      const stdin = inputOf(...Array.from({ length: LINES / 1_000 }, () => chunk));
      const { exitCode, out, err } = await run(['pub', 'orders', 'placed'], { stdin });
      expect([exitCode, out, err]).toEqual([0, '150,000 messages stored in orders\n', '']);
    });
  });

  it('waits at Ctrl-C for the receipts of what was sent', async () => {
    await withServer(async ({ start, run }) => {
      let isWaiting = false;
      const chunks = (async function* () {
        yield Buffer.from(`${order('1')}\n${order('2')}\n`);
        isWaiting = true;
        await new Promise(() => undefined);
      })();
      const running = start(['pub', 'orders', 'placed'], { stdin: { chunks, isTerminal: false } });
      await until(() => isWaiting);
      running.stop();
      expect(await running.ended).toMatchObject({ exitCode: 130, out: '2 messages stored in orders\n' });
      expect(ids((await run(ALL)).out)).toEqual(['1', '2']);
    });
  });

  it('ends with the error of the server that stops it', async () => {
    await withServer(async ({ run }) => {
      const { exitCode, err, out } = await run(['pub', 'orders', 'paid'], { stdin: inputOf('1\n2\n') });
      expect([exitCode, out]).toEqual([3, '0 messages stored in orders, 2 not sent\n']);
      expect(err).toContain('(event_unknown)');
    });
  });

  it('shows its progress on a terminal', async () => {
    await withServer(async ({ run }) => {
      let err = '';
      const stderr = { write: (text: string) => (err += text), isTerminal: true };
      const line = `${order('1')}\n`;
      const stdin = { ...inputOf(line), size: line.length };
      expect((await run(['pub', 'orders', 'placed'], { stdin, stderr })).exitCode).toBe(0);
      expect(err).toMatch(/^\r\S+\[#{24}\] 100% 1 stored, [\d,]+\/s\r\S+$/);
    });
  });
});
