import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Claimed } from '../engine/claim.js';
import { frameOf, stored } from '../engine/frames.fixture.js';
import { recorder, type Recorder } from './recorder.fixture.js';
import { Member, type Window } from './member.js';

const NUMBERS = Array.from({ length: 40 }, (_, index) => index + 1);

/** A claim of messages in one frame. */
const claimed = (token: number, messages: number): Claimed => ({
  token,
  frames: [stored(frameOf(NUMBERS.slice(0, messages)), 1)],
  attempts: [],
  gaps: [],
});
const bytesOf = ({ frames }: Claimed): number =>
  frames.reduce((sum, frame) => sum + frame.bytes.byteLength, 0);

const memberOf = (window: Window): { member: Member; receiver: Recorder } => {
  const receiver = recorder();
  return { member: new Member('a', window, receiver), receiver };
};
const LARGE = 1024 * 1024;

describe('the credit of a member', () => {
  it('is no more than its connection takes', () => {
    let sendable = 300;
    const receiver = { ...recorder(), credit: () => sendable };
    const member = new Member('a', { messages: 10, bytes: 500 }, receiver);
    expect(member.credit()).toEqual({ messages: 10, bytes: 300 });
    sendable = 0;
    expect(member.credit()).toBeUndefined();
  });

  it('is its window, at most as much as one grant may hold', () => {
    expect(memberOf({ messages: 10, bytes: 500 }).member.credit()).toEqual({ messages: 10, bytes: 500 });
    expect(memberOf({ messages: 10_000, bytes: 64 * LARGE }).member.credit()).toEqual({
      messages: 1_024,
      bytes: LARGE,
    });
  });

  it('is less by what the member holds, which goes to its receiver', () => {
    const { member, receiver } = memberOf({ messages: 10, bytes: LARGE });
    const grant = claimed(1, 4);
    member.grant(grant);
    expect(receiver.grants).toEqual([grant]);
    expect(member.unsettled).toBe(4);
    expect(member.credit()).toEqual({ messages: 6, bytes: LARGE - bytesOf(grant) });
  });

  it('is none when the window is full, until a quarter of it is free', () => {
    const { member } = memberOf({ messages: 8, bytes: LARGE });
    member.grant(claimed(1, 8));
    expect(member.credit()).toBeUndefined();
    member.free(1, 1);
    expect(member.credit()).toBeUndefined();
    member.free(1, 1);
    expect(member.credit()?.messages).toBe(2);
  });

  it('is none until a quarter of the bytes is free as well', () => {
    const grant = claimed(1, 8);
    const { member } = memberOf({ messages: 100, bytes: bytesOf(grant) });
    member.grant(grant);
    expect(member.credit()).toBeUndefined();
    member.free(1, 1);
    expect(member.credit()).toBeUndefined();
    member.free(1, 2);
    expect(member.credit()).toMatchObject({ messages: 95 });
  });

  it('is never none for a member that holds nothing, however small its window is', () => {
    const { member } = memberOf({ messages: 1, bytes: 1 });
    expect(member.credit()).toEqual({ messages: 1, bytes: 1 });
    member.grant(claimed(1, 1));
    expect(member.credit()).toBeUndefined();
    member.free(1, 1);
    expect(member.credit()).toEqual({ messages: 1, bytes: 1 });
  });

  it('is none while the member is away', () => {
    const { member } = memberOf({ messages: 10, bytes: LARGE });
    member.away = true;
    expect(member.credit()).toBeUndefined();
  });

  it('does not change for a token that the member does not hold', () => {
    const { member } = memberOf({ messages: 10, bytes: LARGE });
    member.grant(claimed(1, 4));
    const before = member.credit();
    member.free(2, 4);
    member.free(1, 0);
    expect(member.credit()).toEqual(before);
  });

  it('comes back in full when a lease ends, whatever was settled of it before', () => {
    const window = { messages: 10, bytes: 5_000 };
    const { member } = memberOf(window);
    member.grant(claimed(1, 4));
    member.grant(claimed(2, 3));
    member.free(1, 3);
    member.free(1, Infinity);
    member.free(1, Infinity);
    expect(member.unsettled).toBe(3);
    member.free(2, Infinity);
    expect(member.credit()).toEqual(window);
  });

  it('comes back in full in the end, in whatever deps', () => {
    const window = { messages: 100, bytes: 20_000 };
    const someGrant = fc.record({ messages: fc.integer({ min: 1, max: 12 }), deps: fc.array(fc.nat(4)) });
    fc.assert(
      fc.property(fc.array(someGrant, { maxLength: 6 }), (grants) => {
        const { member } = memberOf(window);
        grants.forEach(({ messages }, token) => member.grant(claimed(token, messages)));
        grants.forEach(({ messages, deps }, token) => {
          for (const part of deps) member.free(token, part);
          member.free(token, messages);
        });
        expect(member.unsettled).toBe(0);
        expect(member.credit()).toEqual(window);
      }),
    );
  });
});

describe('a member that comes back', () => {
  it('counts what it still works under, and nothing else', () => {
    const window = { messages: 10, bytes: LARGE };
    const former = memberOf(window).member;
    former.grant(claimed(1, 2));
    former.grant(claimed(2, 3));
    former.free(2, 1);
    const { member, receiver } = memberOf(window);
    member.inherit(former, [{ token: 2, messages: 2 }]);
    expect(member.unsettled).toBe(2);
    expect(receiver.grants).toEqual([]);
    member.free(2, 2);
    expect(member.credit()).toEqual({ messages: 10, bytes: LARGE });
  });
});
