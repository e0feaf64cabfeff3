import { expect, it } from '@jest/globals';
import { EMPTY_ENVELOPE, publishOptions } from './envelope.js';

it('an empty envelope asks for nothing', () => {
  expect(publishOptions(EMPTY_ENVELOPE)).toEqual({});
});

it('what is filled in is published, the ordering key as a header', () => {
  const headers = [
    { name: 'tenant', value: 'a' },
    { name: '', value: 'not yet named' },
    { name: '__proto__', value: 'b' },
  ];
  expect(publishOptions({ key: 'order-7', dedupeKey: 'order-7-paid', headers })).toEqual({
    headers: Object.fromEntries([
      ['tenant', 'a'],
      ['__proto__', 'b'],
      ['key', 'order-7'],
    ]),
    dedupeKey: 'order-7-paid',
  });
});
