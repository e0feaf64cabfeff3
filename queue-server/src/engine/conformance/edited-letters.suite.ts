import { expect } from '@jest/globals';
import type { Guarantee } from './guarantee.fixture.js';
import type { TrialGroup } from './trial-group.fixture.js';
import { QUEUE, type Trial } from './trial.fixture.js';

const reject = { kind: 'dead-letter', reason: 'never' } as const;
const EDITED = { number: 0, text: 'edited' };
const payload = (number: number) => ({ number, text: '' });

/** For engines that forget everything at a restart. */
export const EDITS_KEPT_OVER_A_RESTART = [
  'delivers an edited letter with its new payload, also after a restart',
  'keeps an edited letter that is not redriven yet over a restart',
];

/** A group that gave up all of some messages. */
const gaveUp = async (trial: Trial, numbers: readonly number[]): Promise<TrialGroup> => {
  await trial.append(numbers);
  const group = await trial.group();
  await group.settleDurably('a', (await group.mustClaim('a')).token, reject);
  return group;
};

const edit = (trial: Trial, position: number) => trial.deadLetters.edit(position, EDITED);

/** All letters, or those at positions. */
const redrive = async (trial: Trial, positions?: readonly number[]): Promise<void> => {
  const { letters } = await trial.deadLetters.list({ positions });
  await trial.deadLetters.redrive(letters);
};

/** What a member of the group gets, in its order. */
const delivered = async (group: TrialGroup) => {
  const { token = -1, frames = [] } = (await group.claim('b')) ?? {};
  const payloads = frames.flatMap((frame) =>
    Array.from({ length: frame.count }, (_, index) => JSON.parse(frame.payloadText(index)) as unknown),
  );
  return { token, payloads };
};

export const editedLetters = (guarantee: Guarantee): void => {
  guarantee('delivers an edited letter with its new payload, also after a restart', async (trial) => {
    const group = await gaveUp(trial, [1, 2, 3]);
    await edit(trial, 2);
    await redrive(trial);
    for (const restarted of [false, true]) {
      if (restarted) await trial.restart();
      if (restarted) await trial.group();
      const { token, payloads } = await delivered(group);
      expect(payloads).toEqual([payload(1), EDITED, payload(3)]);
      await group.settleDurably('b', token, { kind: 'release' });
    }
  });

  guarantee('keeps an edited letter that is not redriven yet over a restart', async (trial) => {
    await gaveUp(trial, [1, 2, 3]);
    await edit(trial, 2);
    await trial.restart();
    const { letters } = await trial.deadLetters.list({});
    expect(letters.map(({ position, message }) => [position, message?.payload])).toEqual([
      [1, payload(1)],
      [2, EDITED],
      [3, payload(3)],
    ]);
    expect(letters[1]).toMatchObject({ edited: true, failures: [{ member: 'a', reason: 'never' }] });
  });

  guarantee('delivers an edited letter to no other group, and leaves the log as it is', async (trial) => {
    await gaveUp(trial, [1, 2, 3]);
    await edit(trial, 2);
    await redrive(trial);
    const other = await trial.group({ name: 'h' });
    expect((await delivered(other)).payloads).toEqual([1, 2, 3].map(payload));
  });

  guarantee('gives an edited message up with the payload that was delivered', async (trial) => {
    const group = await gaveUp(trial, [1]);
    await edit(trial, 1);
    await redrive(trial);
    await group.settleDurably('b', (await group.mustClaim('b')).token, reject);
    const { letters } = await trial.deadLetters.list({});
    expect(letters).toMatchObject([{ seq: 1, message: { payload: EDITED }, edited: true }]);
  });

  guarantee('edits no letter that is not listed', async (trial) => {
    await gaveUp(trial, [1, 2]);
    await redrive(trial, [1]);
    await trial.deadLetters.discard([2]);
    expect([await edit(trial, 1), await edit(trial, 2), await edit(trial, 9)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  guarantee('counts an edited letter once', async (trial) => {
    await gaveUp(trial, [1, 2, 3]);
    await edit(trial, 2);
    expect(trial.deadLetters.status().letters).toBe(3);
    expect(trial.engine.group(QUEUE, 'g').info()).toMatchObject({ deadLetters: 3 });
    await trial.deadLetters.discard([2]);
    expect((await trial.deadLetters.list({})).letters.map(({ seq }) => seq)).toEqual([1, 3]);
  });
};
