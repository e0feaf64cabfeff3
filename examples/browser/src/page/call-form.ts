import type { EventFailure } from '@typed-queue/contracts';
import type { CallError, QueueClient } from '@typed-queue/queue-client';
import type { PageContract } from './contract.js';
import { element } from './element.js';
import { inWords } from './problem.js';

const SERVE = `CORS_ORIGINS=${location.origin} npm run serve -w examples/orders`;

type ReserveError = CallError<EventFailure<PageContract, 'stock', 'reserve'>>;

const NO_CALL = `This server has no call stock/reserve. Stop it, and start one that has:\n${SERVE}`;
const NO_ANSWER =
  'No answer came, perhaps it is reserved: look at what the warehouse printed before you try again.';

/** Of the errors whose own message cannot say what to do here. */
const ADVICE: Readonly<Partial<Record<ReserveError['code'], string>>> = {
  not_open: 'The warehouse is not open. Try again later.',
  queue_unknown: NO_CALL,
  call_unknown: NO_CALL,
  no_responder: `No warehouse serves the call. Start the server with one:\n${SERVE}`,
  deadline_exceeded: NO_ANSWER,
  outcome_unknown: NO_ANSWER,
};

/** The compiler knows the data of each declared failure. */
const problemOf = (error: ReserveError): string =>
  error.code === 'sold_out' ? `only ${error.data.left} left` : (ADVICE[error.code] ?? inWords(error));

/** Calls `stock/reserve` with the input of the form, and shows the answer. */
export const enableCallForm = (queue: QueueClient<PageContract>): void => {
  const sku = element('sku', HTMLInputElement);
  const count = element('count', HTMLInputElement);
  const shown = element('answer', HTMLOutputElement);
  const show = (kind: 'waiting' | 'done' | 'failed', text: string): void => {
    shown.dataset.kind = kind;
    shown.value = text;
  };
  const reserve = async (): Promise<void> => {
    show('waiting', 'waiting for the answer …');
    const input = { order: crypto.randomUUID(), sku: sku.value, count: count.valueAsNumber };
    const answer = await queue.call('stock', 'reserve', input).answer;
    if (answer.ok) show('done', `reserved as ${answer.value.reservation}`);
    else show('failed', problemOf(answer.error));
  };
  element('reserve', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    void reserve();
  });
};
