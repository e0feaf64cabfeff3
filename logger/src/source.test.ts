import { describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { selectionOf } from './filter.js';
import { groupOf } from './source.js';

const group = (queues: readonly string[], events: readonly string[]) =>
  groupOf(contract, selectionOf(contract, { queues, events }));

describe('groupOf', () => {
  it('is "logger" for everything, however it is selected, and never expires', () => {
    const everything = { kind: 'group', group: 'logger', lasting: 'always' };
    expect(group([], [])).toEqual(everything);
    expect(group(['database', 'files'], ['error', 'save', 'create', 'read', 'update', 'delete'])).toEqual(
      everything,
    );
  });

  it.each([
    [['files'], [], 'logger:files'],
    [['files'], ['error', 'save'], 'logger:files'],
    [['files'], ['error'], 'logger:files.error'],
    [[], ['error'], 'logger:files.error:database.error'],
    [[], ['delete', 'create'], 'logger:database.create.delete'],
    [[], ['save', 'error'], 'logger:files:database.error'],
  ])('of the queues %j and the events %j is %s', (queues, events, expected) => {
    expect(group(queues, events)).toEqual({ kind: 'group', group: expected, lasting: 'retention' });
  });

  it('has a name that the server takes, whatever is selected', () => {
    const all = Object.values(contract).flatMap(({ name, events }) => [name, ...Object.keys(events)]);
    // One less, so that each event is named.
    const names = ['files.save', 'database.create.read.update.delete'];
    expect(group([], ['save', 'create', 'read', 'update', 'delete'])).toMatchObject({
      group: ['logger', ...names].join(':'),
    });
    expect(['logger', ...all].join(':').length).toBeLessThanOrEqual(128);
  });
});
