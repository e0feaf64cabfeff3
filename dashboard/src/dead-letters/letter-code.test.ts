import { describe, expect, it } from '@jest/globals';
import { codeField, codesWith, codeText } from './letter-code.js';

describe('codeText', () => {
  it('says what a code of any queue means', () => {
    expect(codeText('attempts_exhausted')).toBe('all attempts failed');
  });

  it.each(['sold_out', 'constructor'])('shows the declared code %s as it is', (code) => {
    expect(codeText(code)).toBe(code);
  });
});

it('codesWith has those of any queue, and each declared one that occurs once', () => {
  expect(codesWith(['sold_out', 'rejected', 'mail_down', 'sold_out'])).toEqual([
    'rejected',
    'attempts_exhausted',
    'contract_mismatch',
    'mail_down',
    'sold_out',
  ]);
});

describe('codeField', () => {
  it.each(['rejected', 'sold_out', 'x'.repeat(63)])('takes %s', (code) => {
    expect(codeField(code)).toBe(code);
  });

  it.each(['', 'Rejected', 'sold-out', '<b>', 'x'.repeat(64)])('refuses %j', (code) => {
    expect(codeField(code)).toBeUndefined();
  });
});
