import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeadLetterPage, FilesServerToClientEvents } from '@typed-queue/contracts';
import type { Result, Settlement } from '@typed-queue/contracts/wire';
import { filesSocket, PlainTail, type FilesSocket } from './tail.fixture.js';
import { startTestServer, type TestServer } from '../testing.js';

const CLIENT = '0198f3c5-5a1e-7c00-8000-00000000c0de';

type Grant = Parameters<FilesServerToClientEvents['grant']>[0];

const save = (path: string) =>
  ({ event: 'save', payload: { path, bytes: 1, sha256: 'abc', durationMs: 2 } }) as const;

let server: TestServer;
let socket: FilesSocket;

beforeEach(async () => {
  server = await startTestServer();
  socket = await filesSocket(server.url, CLIENT);
});
afterEach(async () => {
  socket.disconnect();
  await server.close();
});

const valueOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

const publish = async (...paths: readonly string[]): Promise<void> => {
  valueOf(await socket.emitWithAck('publish', 'files', paths.map(save)));
};
const nextGrant = (from = socket): Promise<Grant> =>
  new Promise((resolve) => {
    from.once('grant', resolve);
  });
const subscribe = async (tokens: readonly number[] = []) =>
  valueOf(
    await socket.emitWithAck('subscribe', {
      subscription: 's',
      queue: 'files',
      group: 'g',
      tokens,
      settings: { retryDelaysMs: [0] },
    }),
  );
const settle = async (...settlements: readonly Settlement[]) =>
  socket.emitWithAck('settle', 's', settlements);
const seqsOf = ({ messages }: Grant) => messages.map(({ seq, attempt }) => [seq, attempt]);

describe('a client of plain socket.io-client, publishing', () => {
  it('has one message, or several, answered', async () => {
    const one = valueOf(await socket.emitWithAck('publish', 'files', save('/a')));
    expect(one).toMatchObject({ seq: 1, duplicate: false, durability: 'disk' });
    const several = await socket.emitWithAck('publish', 'files', [save('/b'), save('/c')]);
    expect(valueOf(several)).toMatchObject([{ value: { seq: 2 } }, { value: { seq: 3 } }]);
  });
});

describe('a client of plain socket.io-client in a group', () => {
  it('settles each outcome, and reads the dead letters', async () => {
    await publish('/1', '/2', '/3', '/4', '/5');
    const first = nextGrant();
    await subscribe();
    const { token, messages } = await first;
    expect(messages.map(({ event, payload }) => [event, payload.path])).toEqual(
      ['/1', '/2', '/3', '/4', '/5'].map((path) => ['save', path]),
    );
    const again = nextGrant();
    const outcomes = await settle(
      { token, outcome: { kind: 'extend' } },
      { token, outcome: { kind: 'ack' }, ranges: [[1, 2]] },
      { token, outcome: { kind: 'retry', delayMs: 0, reason: 'not yet' }, ranges: [[3, 3]] },
      { token, outcome: { kind: 'dead-letter', reason: 'never' }, ranges: [[4, 4]] },
      { token, outcome: { kind: 'release' } },
    );
    expect(outcomes).toEqual({ ok: true, value: null });
    const next = await again;
    expect(seqsOf(next)).toEqual([
      [3, 2],
      [5, 1],
    ]);
    expect(await settle({ token, outcome: { kind: 'ack' }, ranges: [[1, 5]] })).toMatchObject({
      error: {
        code: 'lease_lost',
        details: {
          lost: [
            {
              token,
              ranges: [
                [3, 3],
                [5, 5],
              ],
            },
          ],
        },
      },
    });
    await settle({ token: next.token, outcome: { kind: 'ack' } });
    const page: DeadLetterPage = valueOf(await socket.emitWithAck('dead-letters', 'files', {}));
    expect(page).toMatchObject({
      letters: [{ group: 'g', code: 'rejected', reason: 'never', message: { seq: 4 } }],
      next: null,
    });
  });

  it('keeps its lease over a cut, and settles under it', async () => {
    await publish('/1', '/2');
    const first = nextGrant();
    await subscribe();
    const { token } = await first;
    socket.disconnect();
    socket = await filesSocket(server.url, CLIENT);
    const { tokens } = await subscribe([token, token + 1]);
    expect(tokens).toEqual([token]);
    expect(await settle({ token, outcome: { kind: 'ack' } })).toEqual({ ok: true, value: null });
    const [group] = valueOf(await socket.emitWithAck('groups', 'files'));
    expect(group).toMatchObject({ floor: 3, depth: 0 });
  });

  it('leaves: what it has not settled goes to the next one, uncounted', async () => {
    await publish('/1', '/2');
    const first = nextGrant();
    await subscribe();
    const { token } = await first;
    await socket.emitWithAck('pause', 's');
    await settle({ token, outcome: { kind: 'ack' }, ranges: [[1, 1]] });
    await socket.emitWithAck('unsubscribe', 's');
    const next = nextGrant();
    await subscribe();
    expect(seqsOf(await next)).toEqual([[2, 1]]);
  });
});

describe('a tail of plain socket.io-client', () => {
  it('reads from the start, becomes live, and continues after a cut without loss', async () => {
    const tail = new PlainTail();
    await publish(...Array.from({ length: 25 }, (_, n) => `/${n + 1}`));
    await tail.follow(socket);
    await tail.until(() => tail.live);
    expect(tail.position.seq).toBe(26);
    await publish('/26');
    await tail.until(() => tail.messages.length === 26);
    socket.disconnect();
    socket = await filesSocket(server.url);
    await publish('/27', '/28');
    await tail.follow(socket);
    await publish('/29');
    await tail.until(() => tail.messages.length >= 29);
    expect(tail.messages.map(({ seq, payload }) => `${seq} ${payload.path}`)).toEqual(
      Array.from({ length: 29 }, (_, n) => `${n + 1} /${n + 1}`),
    );
  });
});
