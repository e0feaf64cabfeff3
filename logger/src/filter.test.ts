import { describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { eventNamesOf, isEverything, namesIn, selectionOf } from './filter.js';

const select = (queues: string, events: string) =>
  selectionOf(contract, {
    queues: queues.split(' ').filter(Boolean),
    events: events.split(' ').filter(Boolean),
  });

describe('selectionOf', () => {
  it('is everything when nothing is named', () => {
    expect(select('', '')).toEqual([{ queue: 'files' }, { queue: 'database' }]);
  });

  it.each([
    ['database', '', [{ queue: 'database' }]],
    ['database files database', '', [{ queue: 'files' }, { queue: 'database' }]],
    ['files', 'error', [{ queue: 'files', events: ['error'] }]],
    [
      '',
      'error',
      [
        { queue: 'files', events: ['error'] },
        { queue: 'database', events: ['error'] },
      ],
    ],
    ['', 'save', [{ queue: 'files', events: ['save'] }]],
    ['files database', 'delete create', [{ queue: 'database', events: ['create', 'delete'] }]],
    ['', 'error save', [{ queue: 'files' }, { queue: 'database', events: ['error'] }]],
  ])('of the queues "%s" and the events "%s" is in the order of the contract', (queues, events, expected) => {
    expect(select(queues, events)).toEqual(expected);
  });
});

describe('isEverything', () => {
  it.each([
    ['', '', true],
    ['files database', '', true],
    ['', 'save error create read update delete', true],
    ['files', '', false],
    ['', 'save error create read update', false],
  ])('of the queues "%s" and the events "%s": %s', (queues, events, expected) => {
    expect(isEverything(contract, select(queues, events))).toBe(expected);
  });
});

describe('eventNamesOf', () => {
  it('has the events of the named queues, each once', () => {
    expect(eventNamesOf(contract, ['files'])).toEqual(['save', 'error']);
    expect(eventNamesOf(contract, ['files', 'database'])).toEqual([
      ...['save', 'error', 'create', 'read', 'update', 'delete'],
    ]);
  });

  it('has those of all when no name is a queue', () => {
    expect(eventNamesOf(contract, [])).toEqual(eventNamesOf(contract, ['files', 'database']));
    expect(eventNamesOf(contract, ['flies'])).toEqual(eventNamesOf(contract, []));
  });
});

describe('namesIn', () => {
  it('takes commas with or without spaces, and keeps what is empty', () => {
    expect(namesIn('files, database')).toEqual(['files', 'database']);
    expect(namesIn('files,')).toEqual(['files', '']);
  });
});
