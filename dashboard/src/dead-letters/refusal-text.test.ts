import { expect, it } from '@jest/globals';
import { refusalText } from './refusal-text.js';

it('a refusal says which field is wrong, and what to do', () => {
  const reason = 'The payload of "placed" in queue "orders" does not match its schema. total: too big.';
  expect(refusalText({ code: 'payload_invalid', reason })).toBe(
    `${reason} Open the letter and edit its payload.`,
  );
});

it.each(['payload_invalid', 'schema_changes_value', 'event_unknown', 'group_unknown', 'redrive_refused'])(
  'the refusal %s has no code in its text',
  (code) => {
    expect(refusalText({ code, reason: 'x' })).not.toContain('_');
  },
);

it('a reason of a few words is a sentence', () => {
  expect(refusalText({ code: 'overloaded', reason: 'it is full: try again later' })).toBe(
    'It is full: try again later.',
  );
});
