import { describe, expect, it } from '@jest/globals';
import type { DeadLetter, Failure } from '@typed-queue/contracts';
import { letterText } from './letter-text.js';

const failure: Failure = { time: 0, kind: 'failed', reason: 'timeout', member: 'shop/1' };
const letter = (change: Partial<DeadLetter>): DeadLetter => ({
  position: 1,
  group: 'billing',
  time: 0,
  code: 'sold_out',
  reason: 'no mate',
  epoch: '',
  seq: 2,
  message: null,
  handouts: 1,
  failures: [],
  ...change,
});

describe('a dead letter as text', () => {
  it('has the code of a declared failure and its data', () => {
    expect(letterText(letter({ data: { left: 3 } }))).toContain(
      'code        sold_out\ndata        {"left":3}\nreason',
    );
  });

  it('has no data where none came', () => {
    expect(letterText(letter({}))).not.toContain('data');
  });

  it('has the codes and data of its history', () => {
    const failures: Failure[] = [
      failure,
      { ...failure, code: 'mail_down' },
      { ...failure, code: 'sold_out', data: null },
    ];
    expect(letterText(letter({ failures })).match(/by shop\/1: .*/g)).toEqual([
      'by shop/1: timeout',
      'by shop/1: mail_down: timeout',
      'by shop/1: sold_out null: timeout',
    ]);
  });

  it('has nothing that acts on a terminal', () => {
    expect(letterText(letter({ data: { text: '\u009b2J' } }))).not.toContain('\u009b');
  });
});
