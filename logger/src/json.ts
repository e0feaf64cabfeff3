import type { Layout } from './layout.js';
import { printable } from '@typed-queue/contracts/program';

/** One JSON object a line, for log drains: the whole message, its time as ISO 8601 in UTC. */
export const jsonLayout: Layout = ({ time, queue, event, seq, id, headers, payload }) => {
  const line = { time: new Date(time).toISOString(), queue, event, seq, id, headers, payload };
  return `${printable(JSON.stringify(line))}\n`;
};
