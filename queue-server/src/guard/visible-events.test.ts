import { describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { encodeFrame } from '@typed-queue/contracts/wire';
import type { Rights } from '@typed-queue/program';
import { guard, refusalOf, save } from './guard.fixture.js';

type QueueGrant = Partial<Rights['queues'][string]>;

/** The guard of a client with these rights to `files`, which has `save` and `error`. */
const holding = (granted: QueueGrant) => {
  const none = { publish: [], consume: [], tail: false, admin: false };
  return guard.withRights({ queues: { files: { ...none, ...granted } }, models: {} });
};
const frameOf = (event: string): Uint8Array =>
  encodeFrame([{ id: newId(), event, payload: JSON.stringify(save) }]).bytes;

describe('what a client that may publish some events learns of the others', () => {
  const files = () => holding({ publish: ['save', 'sav*'] }).queue('files');

  it('is not in the refusal of an unknown event', () => {
    const refusal = refusalOf(() => files().publication({ event: 'saved', payload: save }));
    expect(refusal).toMatchObject({
      code: 'event_unknown',
      message: 'Queue "files" has no event "saved"; it has save.',
      details: { queue: 'files', event: 'saved', events: ['save'] },
    });
  });

  it('is not in the refusal of an unknown event of a frame, or of several messages', () => {
    const unknown = { code: 'event_unknown', details: { events: ['save'] } };
    expect(files().frame(frameOf('saved')).refused).toMatchObject([{ error: unknown }]);
    const { messages } = files().publications([{ event: 'saved', payload: save }]);
    expect(messages).toMatchObject([{ error: unknown }]);
  });

  it.each(['error', 'nothing'])('is not whether there is one: %s', (event) => {
    const forbidden = { code: 'forbidden', details: { verb: 'publish', queue: 'files', event } };
    const refusal = refusalOf(() => files().publication({ event, payload: 7 }));
    expect(refusal).toMatchObject(forbidden);
    expect(refusal?.message).not.toMatch(/save/);
    expect(files().frame(frameOf(event)).refused).toMatchObject([{ error: forbidden }]);
  });

  it('is nothing when the pattern of its right fits no event', () => {
    const refusal = refusalOf(() =>
      holding({ publish: ['x-*'] })
        .queue('files')
        .publication({ event: 'x-1', payload: save }),
    );
    expect(refusal).toMatchObject({
      message: 'Queue "files" has no event "x-1"; it has none that you may publish.',
      details: { events: [] },
    });
  });
});

describe('a client that may read a queue', () => {
  const unknown = { code: 'event_unknown', details: { events: ['save', 'error'] } };

  it('learns all its events when a tail asks for an unknown one', () => {
    const tail = { subscription: 't', queue: 'files', from: 'start', events: ['saved'] };
    expect(refusalOf(() => holding({ tail: true }).tail(tail))).toMatchObject(unknown);
  });

  it('learns all its events when a group asks for an unknown one', () => {
    const group = { subscription: 's', queue: 'files', group: 'g', settings: { events: ['saved'] } };
    expect(refusalOf(() => holding({ consume: ['g'] }).subscribe(group))).toMatchObject(unknown);
  });
});

it.each([
  ['tail', { subscription: 's', queue: 'files', from: 'start', events: ['saved'] }],
  ['subscribe', { subscription: 's', queue: 'files', group: 'g', settings: { events: ['saved'] } }],
] as const)('a client that may only publish learns no events by %s', (verb, request) => {
  const refusal = refusalOf(() => holding({ publish: ['save'] })[verb](request));
  expect(refusal?.code).toBe('forbidden');
  expect(JSON.stringify(refusal)).not.toMatch(/"save"|"error"/);
});

it('the refusal of an unknown queue names only the queues to which there is a right', () => {
  const refusal = refusalOf(() => holding({ publish: ['save'] }).queue('database'));
  expect(refusal).toMatchObject({ code: 'queue_unknown', details: { queues: ['files'] } });
  expect(refusal?.message).toBe('There is no queue "database"; there are files.');
});
