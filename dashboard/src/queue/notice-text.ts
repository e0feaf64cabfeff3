import { match } from 'ts-pattern';
import { counted } from '../text/quantity.js';
import type { LiveContent } from './live-row.js';

export type Notice = Exclude<LiveContent, { readonly kind: 'message' }>;

const rangeText = (from: number, to: number): string => (from === to ? `#${from}` : `#${from} to #${to}`);

/** What a row says that is no message. */
export const noticeText = (notice: Notice): string =>
  match(notice)
    .with(
      { kind: 'passed' },
      ({ from, to }) =>
        `${counted(to - from + 1, 'message')} passed, more than can be read: ${rangeText(from, to)}. Filter, or begin at one of them.`,
    )
    .with({ kind: 'reconnected' }, () => 'Connected again. What was published meanwhile follows.')
    .with(
      { kind: 'gap', gap: { reason: 'reset' } },
      ({ gap }) =>
        `The server has another log: its disk was wiped, or a backup restored. What the former log had from #${gap.from} on is unknown.`,
    )
    .with(
      { kind: 'gap', gap: { reason: 'retention' } },
      ({ gap }) => `Gone: ${rangeText(gap.from, gap.to)}, by retention or a purge.`,
    )
    .with(
      { kind: 'gap', gap: { reason: 'damage' } },
      ({ gap }) => `Lost: ${rangeText(gap.from, gap.to)}, damaged on the server's disk.`,
    )
    .exhaustive();
