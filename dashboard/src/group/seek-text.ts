import type { GroupStatus, SeqAt } from '@typed-queue/contracts';
import { counted } from '../text/quantity.js';

const messages = (count: number): string => counted(count, 'message');

/** What moving a group to a seq means. Retention, and what was settled out of order, may make it less. */
export const seekText = ({ floor, depth }: Pick<GroupStatus, 'floor' | 'depth'>, to: SeqAt): string => {
  const rest = `The group then has ${messages(to.messages)} before it, from #${to.seq} on.`;
  if (to.seq < floor) {
    return `Of what is settled, up to ${messages(floor - to.seq)} will be delivered again. ${rest}`;
  }
  const passed = Math.min(depth, to.seq - floor);
  return passed === 0
    ? `Nothing is delivered again, and nothing is skipped. ${rest}`
    : `Of what is not settled, up to ${messages(passed)} will be skipped. ${rest}`;
};
