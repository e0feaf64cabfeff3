import { newId } from '@typed-queue/contracts';
import { encodeFrame } from '@typed-queue/contracts/wire';
import type { Target } from '../server-process.js';
import { outcomeOf, type Attack } from './attack.js';
import { RawPeer, type RequestResult } from './raw-peer.js';

const payload = { path: '/a', bytes: 1, sha256: 'a', durationMs: 1 };

const numbered = (producer: string, firstNumber: number): Buffer => {
  const drafts = [{ id: newId(), event: 'save', payload: JSON.stringify(payload) }];
  return Buffer.from(encodeFrame(drafts, { producer, firstNumber }).bytes);
};

const isStored = (result: RequestResult): boolean => {
  if (result?.ok !== true) return false;
  // Safe: the receipt of a frame names its duplicates.
  return (result.value as { readonly duplicates: readonly unknown[] }).duplicates.length === 0;
};

const poisoning: Attack = {
  name: 'poisoning',
  run: async (target, log) => {
    const producer = crypto.randomUUID();
    const [owner, other] = [await RawPeer.admitted(target), await RawPeer.admitted(target)];
    await owner.publishFrame('files', numbered(producer, 1));
    for (let number = 2; number <= 20; number++) {
      log.count(`foreign frames ${outcomeOf(await other.publishFrame('files', numbered(producer, number)))}`);
    }
    for (let number = 2; number <= 4; number++) {
      const result = await owner.publishFrame('files', numbered(producer, number));
      log.count(`own frames ${outcomeOf(result)}`);
      if (!isStored(result))
        log.violation("a frame was not stored, since another used its client's producer id");
    }
    owner.close();
    other.close();
  },
};

interface Member {
  readonly client: string;
  readonly subscription: string;
}

/** The first member of a group as any client sees it. */
const memberSeen = async (spy: RawPeer, group: string): Promise<Member> => {
  const result = await spy.request('groups', 'files');
  // Safe: the answer is a list of groups with their members.
  const listed = (result?.ok === true ? result.value : []) as { group: string; members: Member[] }[];
  return (
    listed.find((each) => each.group === group)?.members[0] ?? { client: 'hidden', subscription: 'work' }
  );
};

/** A client that comes with the name of another, as far as the server lets it in. */
const impostor = (target: Target, name: string): Promise<RawPeer> =>
  RawPeer.admitted(target, name).catch(() => RawPeer.admitted(target));

/** A member of a new group that holds one message; resolves with the token of its lease. */
const holding = async (member: RawPeer): Promise<number> => {
  const granted = new Promise<number>((resolve) => {
    member.onEvent((event, grant) => {
      // Safe: a grant names its token.
      if (event === 'grant') resolve((grant as { readonly token: number }).token);
    });
  });
  const joining = { subscription: 'work', queue: 'files', group: 'private', start: 'now' };
  await member.request('subscribe', joining);
  await member.request('publish', 'files', { event: 'save', payload });
  return granted;
};

const takeover: Attack = {
  name: 'takeover',
  run: async (target, log) => {
    const [owner, spy] = [await RawPeer.admitted(target), await RawPeer.admitted(target)];
    const token = await holding(owner);
    const { client, subscription } = await memberSeen(spy, 'private');
    const thief = await impostor(target, client);
    const guesses = Array.from({ length: 1_000 }, (_, number) => token - 500 + number);
    const tokens = guesses.filter((guess) => guess > 0);
    const joining = { subscription, queue: 'files', group: 'private', tokens };
    log.count(`joining ${outcomeOf(await thief.request('subscribe', joining))}`);
    const settlement = [{ token, outcome: { kind: 'ack' } }];
    const stolen = await thief.request('settle', subscription, settlement);
    log.count(`foreign settle ${outcomeOf(stolen)}`);
    if (stolen?.ok === true) log.violation('a client settled what another holds');
    const own = await owner.request('settle', 'work', settlement);
    log.count(`own settle ${outcomeOf(own)}`);
    if (own?.ok !== true) log.violation('the owner of a lease could not settle');
    for (const peer of [owner, spy, thief]) peer.close();
  },
};

/** Pretending to be somebody else. */
export const identity: readonly Attack[] = [poisoning, takeover];
