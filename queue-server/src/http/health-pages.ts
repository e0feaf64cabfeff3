import { errorTable, QueueError } from '@typed-queue/contracts';
import type { ServerResponse } from 'node:http';
import { READING, type Page } from './pages.js';

/** Why the server takes no messages at the moment; empty: it does. */
export type Readiness = () => readonly { readonly check: string; readonly problem: string }[];

/** What everybody may know of a fault of the storage: its message, which is in the log, names folders and queues. */
export const shownFault = (fault: Error): string =>
  fault instanceof QueueError ? errorTable[fault.code].meaning : 'it failed; the log of the server says more';

/** `/livez` (the process runs) and `/readyz` (it takes messages; 503 and the reasons if not). */
export const healthPages = (readiness: Readiness): readonly Page[] => [
  {
    path: '/livez',
    methods: READING,
    answer: (_request, response) => answer(response, 200, { status: 'ok' }),
  },
  {
    path: '/readyz',
    methods: READING,
    answer: (_request, response) => {
      const problems = readiness();
      const isReady = problems.length === 0;
      answer(response, isReady ? 200 : 503, { status: isReady ? 'ok' : 'unavailable', problems });
    },
  },
];

const answer = (response: ServerResponse, status: number, body: unknown): void => {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
};
