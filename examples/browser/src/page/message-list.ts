import type { AnyMessage, FilesMessage, Gap, Reset } from '@typed-queue/contracts';
import type { TailItem } from '@typed-queue/queue-client';
import { element } from './element.js';
import { inWords } from './problem.js';

/** More would make the page slow. */
const MAX_SHOWN = 200;

interface Line {
  readonly time: string;
  readonly seq: string;
  /** Shown in the colour of its kind. */
  readonly kind: string;
  readonly title: string;
  readonly about: string;
}

const stamp = ({ time, seq }: AnyMessage): Pick<Line, 'time' | 'seq'> => ({
  time: new Date(time).toLocaleTimeString('en-GB'),
  seq: `#${seq}`,
});

/** An event that the contract gets later does not compile until it has its line here. */
const messageLine = (message: FilesMessage): Line => {
  const line = { ...stamp(message), kind: message.event, title: message.payload.path };
  switch (message.event) {
    case 'save': {
      const { bytes, sha256, durationMs } = message.payload;
      return { ...line, about: `${bytes} B, sha256 ${sha256.slice(0, 8)}…, ${durationMs.toFixed(1)} ms` };
    }
    case 'error': {
      const { operation, code, message: text } = message.payload;
      return { ...line, about: `${operation}: ${code}, ${text}` };
    }
  }
};

const gapLine = (gap: Gap | Reset): Line => ({
  time: '',
  seq: `#${gap.from}`,
  kind: 'gap',
  title: gap.reason === 'reset' ? 'The server has another log than before.' : `Missing up to #${gap.to}.`,
  about: gap.reason,
});

/** Undefined: nothing to show. */
const lineOf = (item: TailItem<FilesMessage>): Line | undefined => {
  switch (item.kind) {
    case 'message':
      return messageLine(item.message);
    case 'gap':
      return gapLine(item.gap);
    case 'invalid':
      return {
        ...stamp(item.message),
        kind: 'invalid',
        title: item.message.event,
        about: inWords(item.error),
      };
    case 'live':
      return undefined;
  }
};

const listItem = (line: Line): HTMLLIElement => {
  const item = document.createElement('li');
  item.dataset.kind = line.kind;
  for (const name of ['time', 'seq', 'kind', 'title', 'about'] as const) {
    const part = document.createElement('span');
    part.className = name;
    // As text: what a publisher wrote is no markup.
    part.textContent = line[name];
    item.append(part);
  }
  return item;
};

/** Shows the items of a tail, newest first. Ends with the tail, and throws its error if there is one. */
export const showMessages = async (items: AsyncIterable<TailItem<FilesMessage>>): Promise<void> => {
  const list = element('messages', HTMLElement);
  for await (const item of items) {
    const line = lineOf(item);
    if (line === undefined) continue;
    list.prepend(listItem(line));
    if (list.childElementCount > MAX_SHOWN) list.lastElementChild?.remove();
  }
};
