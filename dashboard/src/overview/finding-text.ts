import type { Finding } from '@typed-queue/contracts';
import { match } from 'ts-pattern';
import { counted } from '../text/quantity.js';
import { durationText } from '../text/time.js';

const messages = (count: number): string => counted(count, 'message');

const waiting = (count: number): string => `${messages(count)} ${count === 1 ? 'waits' : 'wait'}`;

/** What is the matter, and its numbers. Names in it are as their clients chose them. */
export const findingText = (finding: Finding): string =>
  match(finding)
    .with(
      { kind: 'storage-fault' },
      ({ code, queue }) => `Nothing can be stored${queue === undefined ? '' : ` in ${queue}`}: ${code}.`,
    )
    .with({ kind: 'unreachable' }, ({ message }) => message)
    .with(
      { kind: 'stalled' },
      ({ depth }) =>
        `Stalled: ${messages(depth)} ${depth === 1 ? 'is' : 'are'} not settled, and the group gets nothing new.`,
    )
    .with({ kind: 'no-members' }, ({ depth }) => `Nobody is there: ${waiting(depth)}.`)
    .with(
      { kind: 'falling-behind' },
      ({ depth, before, overMs }) =>
        `Falls behind: from ${messages(before)} to ${messages(depth)} in ${durationText(overMs)}.`,
    )
    .with({ kind: 'silent-member' }, { kind: 'hoarding-member' }, memberText)
    .with(
      { kind: 'dead-letters' },
      ({ letters, code }) => `${counted(letters, 'new dead letter')} in the last hour: ${code}.`,
    )
    .with(
      { kind: 'contract-clash' },
      ({ clients }) => `${counted(clients, 'client')} cannot read all of its messages: the contracts differ.`,
    )
    .with({ kind: 'paused' }, ({ depth }) => `Paused: ${waiting(depth)}.`)
    .exhaustive();

const memberText = (finding: Finding & { readonly kind: 'silent-member' | 'hoarding-member' }): string => {
  const { client, subscription, held } = finding;
  const member = `${client}/${subscription}`;
  return finding.kind === 'silent-member'
    ? `${member} was not heard for ${durationText(finding.silentMs)}, and holds ${messages(held)}.`
    : `${member} holds ${messages(held)}, the oldest for ${durationText(finding.heldMs)}.`;
};

/** Of all findings the first are the worst. */
export const findingState = ({ kind }: Finding): 'dead' | 'flight' =>
  kind === 'paused' || kind === 'hoarding-member' || kind === 'falling-behind' ? 'flight' : 'dead';
