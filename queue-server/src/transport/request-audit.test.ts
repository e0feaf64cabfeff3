import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { recorded, type AuditedRequest } from './request-audit.js';

const record = async (verb: string, args: readonly unknown[], handler = (): unknown => 'done') => {
  const actions: AuditedRequest[] = [];
  const settled = await Promise.allSettled([
    recorded(verb, handler, (action) => actions.push(action))(...args),
  ]);
  return { actions, settled };
};
const failing = (error: unknown) => () => {
  throw error;
};

describe('a recorded request', () => {
  it.each(['group:seek', 'queue:purge', 'dead-letters:redrive', 'dead-letter:discard'])(
    '%s has an entry, and the same answer',
    async (verb) => {
      const { actions, settled } = await record(verb, ['files', 'logger', 'more']);
      expect(actions).toEqual([{ verb, object: 'files/logger', outcome: 'ok' }]);
      expect(settled).toEqual([{ status: 'fulfilled', value: 'done' }]);
    },
  );

  it.each(['queues', 'groups', 'dead-letters', 'publish', 'publish:frame', 'subscribe', 'tail'])(
    '%s has no entry',
    async (verb) => {
      expect((await record(verb, ['files', 'logger'])).actions).toEqual([]);
    },
  );

  it.each<[readonly unknown[], object]>([
    [[], {}],
    [[7, 'logger'], {}],
    [['files'], { object: 'files' }],
    [['files', null], { object: 'files' }],
    [['files', { group: 'logger' }], { object: 'files' }],
  ])('with the arguments %j names only queue and group', async (args, object) => {
    expect((await record('queue:purge', args)).actions).toEqual([
      { verb: 'queue:purge', ...object, outcome: 'ok' },
    ]);
  });

  it('has the code of its error, and the same error', async () => {
    const refusal = new QueueError('group_in_use', 'text');
    const refused = await record('group:delete', ['files', 'logger'], failing(refusal));
    expect(refused.actions).toMatchObject([{ outcome: 'group_in_use' }]);
    expect(refused.settled).toEqual([{ status: 'rejected', reason: refusal }]);
    const broken = await record('group:delete', ['files', 'logger'], failing(new Error('disk')));
    expect(broken.actions).toMatchObject([{ outcome: 'internal' }]);
  });
});
