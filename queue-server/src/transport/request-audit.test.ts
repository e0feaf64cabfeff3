import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { auditedRequest } from './request-audit.js';

describe('what the audit records of a request', () => {
  it.each(['group:seek', 'queue:purge', 'dead-letters:redrive', 'dead-letters:discard'])(
    'is its object and outcome: %s',
    (verb) => {
      expect(auditedRequest(verb, ['files', 'logger', 'more'])).toEqual({
        kind: 'action',
        verb,
        object: 'files/logger',
        outcome: 'ok',
      });
    },
  );

  it.each([
    'queues',
    'groups',
    'dead-letters',
    'dead-letters:summary',
    'overview',
    'message',
    'publish',
    'publish:frame',
    'publish:batch',
    'publish:batch:frame',
    'subscribe',
    'tail',
    'authenticate',
  ])('is nothing: %s', (verb) => {
    expect(auditedRequest(verb, ['files', 'logger'])).toBeUndefined();
  });

  it.each<[readonly unknown[], object]>([
    [[], {}],
    [[7, 'logger'], {}],
    [['files'], { object: 'files' }],
    [['files', null], { object: 'files' }],
    [['files', { group: 'logger' }], { object: 'files' }],
  ])('names only queue and group of the arguments %j', (args, object) => {
    expect(auditedRequest('queue:purge', args)).toEqual({
      kind: 'action',
      verb: 'queue:purge',
      ...object,
      outcome: 'ok',
    });
  });

  it('is the code of an action that failed', () => {
    const refusal = new QueueError('group_in_use', 'text');
    const refused = auditedRequest('group:delete', ['files', 'logger'], refusal);
    expect(refused).toMatchObject({ kind: 'action', outcome: 'group_in_use' });
    const broken = auditedRequest('group:delete', ['files', 'logger'], new Error('disk'));
    expect(broken).toMatchObject({ kind: 'action', outcome: 'internal' });
  });

  it.each([
    ['publish', 'forbidden'],
    ['publish', 'rate_limited'],
    ['authenticate', 'unauthorized'],
  ] as const)('is a refusal: %s, %s', (verb, code) => {
    const refusal = new QueueError(code, 'text', { details: { queue: 'files' } });
    expect(auditedRequest(verb, ['database'], refusal)).toEqual({
      kind: 'refusal',
      verb,
      object: 'files',
      outcome: code,
    });
  });

  it('is nothing of other failures', () => {
    expect(auditedRequest('publish', ['files'], new QueueError('payload_invalid', 'text'))).toBeUndefined();
    expect(auditedRequest('publish', ['files'], new Error('disk'))).toBeUndefined();
  });
});
