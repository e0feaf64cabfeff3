import { errorTable, QueueError } from '@typed-queue/contracts';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** Why the server takes no messages at the moment; empty: it does. */
export type Readiness = () => readonly { readonly check: string; readonly problem: string }[];

/** What everybody may know of a fault of the storage: its message, which is in the log, names folders and queues. */
export const shownFault = (fault: Error): string =>
  fault instanceof QueueError ? errorTable[fault.code].meaning : 'it failed; the log of the server says more';

const METHODS = ['GET', 'HEAD'];
const PATHS = '/livez, /readyz and /metrics';

const answer = (response: ServerResponse, status: number, body: unknown): void => {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
};

/**
 * Answers `/livez` (the process runs), `/readyz` (it takes messages; 503 and the reasons if not), `/metrics` and anything
 * else that is not for Socket.IO.
 */
export const healthPages =
  (readiness: Readiness, metrics: RequestListener) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const path = (request.url ?? '/').split('?', 1)[0];
    if (!METHODS.includes(request.method ?? '')) {
      response.setHeader('allow', METHODS.join(', '));
      answer(response, 405, { error: `This server answers GET ${PATHS}, and Socket.IO.` });
    } else if (path === '/livez') {
      answer(response, 200, { status: 'ok' });
    } else if (path === '/readyz') {
      const problems = readiness();
      answer(response, problems.length === 0 ? 200 : 503, {
        status: problems.length === 0 ? 'ok' : 'unavailable',
        problems,
      });
    } else if (path === '/metrics') {
      metrics(request, response);
    } else {
      answer(response, 404, { error: `This server answers ${PATHS}, and Socket.IO.` });
    }
  };
