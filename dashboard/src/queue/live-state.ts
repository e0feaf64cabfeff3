import { counted } from '../text/quantity.js';
import type { LiveView } from './live-feed.js';

interface Seen extends Omit<LiveView, 'rows'> {
  readonly rows: readonly unknown[];
}

/** What a live list shows, and whether more comes. */
export const stateText = (view: Seen, isConnected: boolean): string => {
  const { rows, read, hasBegun, isPaused, isFull, error } = view;
  const count = `${counted(rows.length, 'row')} of ${counted(read, 'message')} read, the newest first`;
  if (error !== undefined) return `Ended: ${count}`;
  if (!hasBegun) return 'Connecting …';
  if (isFull) return `Full: ${count}. More follow.`;
  if (isPaused) return `Paused: ${count}`;
  return `${isConnected ? 'Live' : 'Not connected'}: ${count}`;
};
