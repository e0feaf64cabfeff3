import type { GroupStatus, SeqAt } from '@typed-queue/contracts';
import { counted } from '../text/quantity.js';

type Place = Pick<GroupStatus, 'floor' | 'depth'>;

const messages = (count: number): string => counted(count, 'message');

/** What moving a group to a seq means: all from there on is delivered. Retention may make it less. */
export const seekText = (group: Place, to: SeqAt): string => {
  const again = mostAgain(group, to);
  const skipped = mostSkipped(group, to);
  const rest = `The group then has about ${messages(to.messages)} before it, from #${to.seq} on.`;
  return [
    again === 0
      ? `${rest} Nothing that is settled is delivered again.`
      : `${rest} Of what is settled, up to ${messages(again)} will be delivered again.`,
    skipped === 0
      ? 'Nothing is skipped.'
      : `Of what is not settled, up to ${messages(skipped)} will be skipped.`,
  ].join(' ');
};

/** Settled from a seq on, also out of order above the floor. */
const mostAgain = ({ floor, depth }: Place, { seq, messages: count }: SeqAt): number => {
  const end = seq + count;
  const settled = Math.max(0, end - Math.min(seq, floor) - depth);
  return Math.min(count, settled);
};

/** Not settled before a seq. */
const mostSkipped = ({ floor, depth }: Place, { seq }: SeqAt): number =>
  Math.min(depth, Math.max(0, seq - floor));
