import { describe, expect, it } from '@jest/globals';
import { announcementOf } from './announcement.js';

const deps = {
  selection: [{ queue: 'files', events: undefined }],
  server: 'http://there:1',
  module: '',
};

describe('announcementOf', () => {
  it('names the queues, the chosen events, the server, the group and the module of the contract', () => {
    const selection = [
      { queue: 'orders', events: undefined },
      { queue: 'stock', events: ['moved', 'lost'] },
    ];
    const source = { kind: 'group', group: 'logger:x', lasting: 'retention' } as const;
    expect(announcementOf({ ...deps, selection, source, module: './queues.js' })).toBe(
      'printing orders, stock (only moved, lost) of http://there:1, group "logger:x", from where it stopped (contract ./queues.js)',
    );
  });

  it.each([
    ['start', true, 'from the oldest message'],
    ['now', true, 'from now'],
    [{ seq: 17 }, false, 'from message 17, without following'],
    [{ time: 0 }, true, 'from 1970-01-01T00:00:00.000Z'],
  ] as const)('says where a replay from %j begins', (from, follow, expected) => {
    const source = { kind: 'replay', from, follow } as const;
    expect(announcementOf({ ...deps, source })).toBe(
      `printing files of http://there:1, ${expected} (built-in contract)`,
    );
  });
});
