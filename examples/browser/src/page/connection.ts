import type { SystemContract } from '@typed-queue/contracts';
import type { ConnectionState, QueueClient } from '@typed-queue/queue-client';
import { element } from './element.js';
import { inWords, type ProblemBox } from './problem.js';

/** Shows whether the page is connected, and what to check when it is not. */
export const showConnection = (
  queue: QueueClient<SystemContract>,
  server: string,
  problem: ProblemBox,
): void => {
  const badge = element('connection', HTMLElement);
  const show = (state: ConnectionState['kind'], text: string): void => {
    badge.dataset.state = state;
    badge.textContent = text;
  };
  show('connecting', `connecting to ${server}`);
  queue.on('connected', () => {
    show('connected', `connected to ${server}`);
    problem.hide();
  });
  queue.on('disconnected', ({ reason }) => show('disconnected', `disconnected (${reason}), trying again`));
  queue.on('connection:failed', () => {
    show('disconnected', 'not connected, trying again');
    problem.show(
      `No connection to ${server}. Browsers do not show pages the reason: the queue server may not be running, ` +
        `or it does not let in pages from ${location.origin}. This starts one that does:`,
      `CORS_ORIGINS=${location.origin} npm start`,
    );
  });
  queue.on('error', ({ error }) => {
    if (queue.state.kind === 'refused') show('refused', 'refused');
    problem.show(inWords(error));
  });
};
