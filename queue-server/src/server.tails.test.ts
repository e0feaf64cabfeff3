import { expect, it } from '@jest/globals';
import { plainClient, type PlainClient } from './plain-client.fixture.js';
import { startTestServer } from './testing.js';

const FRAMES = 300;
const MESSAGES = 7;

/** A tail that reports what it read, and the seqs that it heard of. */
const tailOf = async (
  client: PlainClient,
  from: number,
  window: object,
): Promise<{ seqs: number[]; done: Promise<void> }> => {
  const seqs: number[] = [];
  let live = false;
  let finish = (): void => undefined;
  const done = new Promise<void>((resolve) => (finish = resolve));
  const hear = (messages: readonly { readonly seq: number }[]): void => {
    seqs.push(...messages.map(({ seq }) => seq));
    client.socket.emit('position', 't', from + seqs.length);
    if (from + seqs.length > 2 * FRAMES * MESSAGES) finish();
  };
  client.socket.on('replay', ({ messages }: { messages: { seq: number }[] }) => hear(messages));
  client.socket.on('deliver', (_queue: string, _epoch: string, _firstSeq: number, text: string) => {
    // Safe: what is delivered is the text of messages.
    if (live) hear(JSON.parse(text) as { seq: number }[]);
  });
  client.socket.on('live', () => void (live = true));
  client.socket.on('behind', () => void (live = false));
  await client.value('tail', { subscription: 't', queue: 'files', from: { seq: from }, window });
  return { seqs, done };
};

it('tails that begin anywhere in a log of hundreds of frames hear of everything once, while it is written', async () => {
  const server = await startTestServer();
  const publisher = await plainClient(server.url);
  const messages = Array.from({ length: MESSAGES }, () => ({
    event: 'save',
    payload: { path: 'x'.repeat(500), bytes: 1, sha256: 'abc', durationMs: 2 },
  }));
  const publish = (): Promise<unknown> => publisher.value('publish', 'files', messages);
  for (let frames = 0; frames < FRAMES; frames++) await publish();
  const publishing = (async () => {
    for (let frames = 0; frames < FRAMES; frames++) await publish();
  })();
  const windows = [
    {},
    { messages: 50 },
    { messages: 1 },
    { bytes: 20_000 },
    { messages: 200, bytes: 60_000 },
  ];
  const clients = await Promise.all(windows.map(() => plainClient(server.url)));
  const tails = await Promise.all(
    clients.map(async (client, place) => {
      // The narrowest windows are given the shortest ways.
      const last = FRAMES * MESSAGES;
      const from = place === 2 ? last - 20 : 1 + Math.floor(Math.random() * last);
      return { from, ...(await tailOf(client, from, windows[place] ?? {})) };
    }),
  );
  await publishing;
  await Promise.all(tails.map(({ done }) => done));
  for (const { from, seqs } of tails) {
    expect(seqs).toEqual(
      Array.from({ length: 2 * FRAMES * MESSAGES - from + 1 }, (_, index) => from + index),
    );
  }
  for (const client of [publisher, ...clients]) client.socket.disconnect();
  await server.close();
});
