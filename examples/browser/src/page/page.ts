/** The page: `?server=` names the queue server. */
import { connect } from '@typed-queue/queue-client';
import { enableCallForm } from './call-form.js';
import { showConnection } from './connection.js';
import { contract } from './contract.js';
import { showMessages } from './message-list.js';
import { inWords, problemBox } from './problem.js';
import { enableSaveForm } from './save-form.js';

const server = new URLSearchParams(location.search).get('server') ?? 'http://localhost:3333';
const problem = problemBox();

const start = async (): Promise<void> => {
  const queue = connect(contract, { url: server });
  showConnection(queue, server, problem);
  enableSaveForm(queue);
  enableCallForm(queue);
  await showMessages(queue.tail('files', { from: 'start' }).items());
};

if (URL.canParse(server)) {
  start().catch((error: unknown) => problem.show(inWords(error)));
} else {
  problem.show(
    `"${server}" is no URL of a queue server. In this page's own URL:`,
    '?server=http://localhost:3333',
  );
}
