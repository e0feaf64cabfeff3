import type { Start } from '@typed-queue/contracts';
import { match } from 'ts-pattern';
import type { Selection } from './filter.js';
import type { Source } from './source.js';

export interface AnnouncementDeps {
  readonly selection: Selection;
  readonly source: Source;
  /** Of the queue server, for people. */
  readonly server: string;
  /** What `CONTRACT` names; empty: the built-in contract. */
  readonly module: string;
}

const selectionText = (selection: Selection): string =>
  selection
    .map(({ queue, events }) => (events === undefined ? queue : `${queue} (only ${events.join(', ')})`))
    .join(', ');

const startText = (start: Start): string => {
  if (start === 'start') return 'from the oldest message';
  if (start === 'now') return 'from now';
  return 'seq' in start ? `from message ${start.seq}` : `from ${new Date(start.time).toISOString()}`;
};

const sourceText = (source: Source): string =>
  match(source)
    .with({ kind: 'group' }, ({ group }) => `group "${group}", from where it stopped`)
    .with({ kind: 'replay' }, ({ from, follow }) =>
      follow ? startText(from) : `${startText(from)}, without following`,
    )
    .exhaustive();

/** What a logger prints, and from where. */
export const announcementOf = ({ selection, source, server, module }: AnnouncementDeps): string => {
  const contract = module === '' ? 'built-in contract' : `contract ${module}`;
  return `printing ${selectionText(selection)} of ${server}, ${sourceText(source)} (${contract})`;
};
