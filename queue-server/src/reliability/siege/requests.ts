import { MAX_FRAME_MESSAGES } from '@typed-queue/contracts/wire';
import { setTimeout } from 'node:timers/promises';
import type { Target } from '../server-process.js';
import { outcomeOf, type Attack, type Log } from './attack.js';
import { RawPeer, type RequestResult } from './raw-peer.js';

const WINDOW = { messages: 10_000, bytes: 64 * 1024 * 1024 };
/** An attack goes on when nothing came in this many checks. */
const QUIET_LOOKS = 20;
const LOOK_MS = 100;
const MAX_SEQ = Number.MAX_SAFE_INTEGER;

interface Grant {
  readonly token: number;
  readonly messages: readonly { readonly seq: number }[];
}

const publication = (bytes: number) => ({
  event: 'save',
  payload: { path: 'x'.repeat(bytes), bytes: 1, sha256: 'a', durationMs: 1 },
});

/** Publishes a number of messages of a size, and joins a new group that gets them. */
const consuming = async (
  target: Target,
  { count, bytes }: { readonly count: number; readonly bytes: number },
  onGrant: (peer: RawPeer, grant: Grant) => void,
): Promise<RawPeer> => {
  const peer = await RawPeer.admitted(target);
  const size = Math.min(MAX_FRAME_MESSAGES, Math.floor(2_000_000 / (bytes + 100)));
  for (let sent = 0; sent < count; sent += size) {
    await peer.request(
      'publish',
      'files',
      Array<unknown>(Math.min(size, count - sent)).fill(publication(bytes)),
    );
  }
  let granted = 0;
  peer.onEvent((event, grant) => {
    if (event !== 'grant') return;
    granted++;
    // Safe: a grant names its token and its messages.
    onGrant(peer, grant as Grant);
  });
  const group = { subscription: 's', queue: 'files', group: 'attacked', start: 'start', window: WINDOW };
  await peer.request('subscribe', group);
  for (let quiet = 0, seen = 0; quiet < QUIET_LOOKS; seen = granted) {
    await setTimeout(LOOK_MS);
    quiet = granted === seen ? quiet + 1 : 0;
  }
  return peer;
};

const settleBomb: Attack = {
  name: 'settle-bomb',
  run: async (target, log) => {
    let last = 0;
    const peer = await consuming(target, { count: 10_000, bytes: 1 }, (member, { token, messages }) => {
      last = token;
      log.count('granted', messages.length);
      // Every second one, so that the unsettled messages are many ranges.
      const ranges = messages.flatMap(({ seq }) => (seq % 2 === 0 ? [] : [[seq, seq]]));
      void member.request('settle', 's', [{ token, outcome: { kind: 'ack' }, ranges }]);
    });
    const everything = [1, MAX_SEQ];
    const settlement = { token: last, outcome: { kind: 'extend' }, ranges: [everything] };
    const overlapping = { ...settlement, ranges: Array<unknown>(10_000).fill(everything) };
    for (const settlements of [[overlapping], Array<unknown>(10_000).fill(settlement)]) {
      log.count(`bombs ${outcomeOf(await peer.request('settle', 's', settlements))}`);
    }
    peer.close();
  },
};

const deadLetters: Attack = {
  name: 'dead-letters',
  run: async (target, log) => {
    const peer = await consuming(target, { count: 500, bytes: 16_000 }, (member, { token, messages }) => {
      log.count('dead letters', messages.length);
      void member.request('settle', 's', [{ token, outcome: { kind: 'dead-letter', reason: 'x' } }]);
    });
    const asked = Array.from({ length: 500 }, () => peer.request('dead-letters', 'files', { limit: 1_000 }));
    for (const result of await Promise.all(asked)) log.count(outcomeOf(result));
    peer.close();
  },
};

const subscriptions: Attack = {
  name: 'subscriptions',
  run: async (target, log) => {
    for (let round = 0; round < 3; round++) {
      const peer = await RawPeer.admitted(target);
      const asked = Array.from({ length: 3_000 }, (_, number) => {
        const subscription = `s${number}`;
        return number % 2 === 0
          ? peer.request('tail', { subscription, queue: 'files', from: 'start', window: WINDOW })
          : peer.request('subscribe', { subscription, queue: 'files', group: 'shared', window: WINDOW });
      });
      tally(await Promise.all(asked), log);
      peer.close();
      await peer.closed();
    }
  },
};

const groups: Attack = {
  name: 'groups',
  run: async (target, log) => {
    for (let first = 0; first < 15_000; first += 1_000) {
      const peer = await RawPeer.admitted(target);
      const asked = Array.from({ length: 1_000 }, (_, number) => {
        const group = `g${first + number}`;
        return peer.request('subscribe', { subscription: group, queue: 'files', group, start: 'now' });
      });
      tally(await Promise.all(asked), log);
      peer.close();
      await peer.closed();
    }
  },
};

const tally = (results: readonly RequestResult[], log: Log): void => {
  for (const result of results) log.count(outcomeOf(result));
};

/** What a client that has a key can ask for. */
export const requests: readonly Attack[] = [settleBomb, deadLetters, subscriptions, groups];
