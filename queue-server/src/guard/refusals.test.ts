import { expect, it } from '@jest/globals';
import { contract, newId } from '@typed-queue/contracts';
import { encodeFrame } from '@typed-queue/contracts/wire';
import { Guard } from './guard.js';

const guard = new Guard(contract);
const hasDetails = ({ details }: { readonly details: object }): boolean => Object.keys(details).length > 0;

it('of many plain messages that are wrong, the first 100 are refused with details', () => {
  const { messages } = guard
    .queue('files')
    .publications(Array.from({ length: 150 }, () => ({ event: 'save', payload: 7 })));
  const errors = messages.flatMap((message) => ('error' in message ? [message.error] : []));
  expect(errors).toHaveLength(150);
  expect(errors.filter(hasDetails)).toHaveLength(100);
  expect(errors.slice(0, 100).every(hasDetails)).toBe(true);
});

it('of the messages of a frame that are wrong, the first 100 are refused with details', () => {
  const drafts = Array.from({ length: 150 }, () => ({ id: newId(), event: 'save', payload: '7' }));
  const { refused } = guard.queue('files').frame(encodeFrame(drafts).bytes);
  expect(refused).toHaveLength(150);
  expect(refused.filter(({ error }) => hasDetails(error)).length).toBe(100);
});
