import { parseArgs } from 'node:util';
import type { Start } from '@typed-queue/contracts';
import { eventNamesOf, namesIn, QUEUE_NAMES, selectionOf, type Filter } from './filter.js';
import { parseStart, STARTS } from './start.js';

/** What a command line asks for. */
export type Command =
  | {
      readonly kind: 'print';
      /** Undefined: as the environment says. */
      readonly filter: Filter | undefined;
      /** Undefined: as a member of a group. */
      readonly replay: { readonly from: Start; readonly follow: boolean } | undefined;
      readonly json: boolean;
    }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] };

export const USAGE = `Usage: logger [--queue <name>]… [--event <name>]… [--from <place> [--no-follow]] [--json]

Prints the events of the queues, one line each, and goes on where it stopped: nothing is lost while it is down.

  --queue <name>   only this queue: ${QUEUE_NAMES.join(', ')}
  --event <name>   only this event: ${eventNamesOf([]).join(', ')}
                   (both: again for more, or names separated by commas)
  --from <place>   prints from there on, what was printed before as well, and touches nobody's place:
                   start, now, a seq of one queue (17), a time (2026-11-23, 2026-11-23T10:00, local
                   unless it has a zone), or how long ago (90s, 15m, 2h, 7d)
  --no-follow      with --from: ends when everything up to now is printed
  --json           one JSON object a line, as LOG_FORMAT=json
  --help           show this text

Environment: QUEUE_URL (default http://localhost:3333), QUEUE_TOKEN, LOG_FORMAT (pretty or json), NO_COLOR,
             LOG_QUEUES and LOG_EVENTS (names separated by commas, unless --queue or --event is given)
Exit codes: 0 stopped or done, 1 refused or output failed, 2 wrong usage, 78 wrong environment
`;

const options = {
  queue: { type: 'string', multiple: true, default: [] as string[] },
  event: { type: 'string', multiple: true, default: [] as string[] },
  from: { type: 'string' },
  'no-follow': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const wrongNames = (option: string, names: readonly string[], allowed: readonly string[]): string[] =>
  names
    .filter((name) => !allowed.includes(name))
    .map((name) => `${option} ${JSON.stringify(name)}: allowed: ${allowed.join(', ')}`);

const wrongFilter = ({ queues, events }: Filter): string[] => [
  ...wrongNames('--queue', queues, QUEUE_NAMES),
  ...wrongNames('--event', events, eventNamesOf(queues)),
];

const wrongStart = (text: string | undefined, start: Start | undefined, filter: Filter): string[] => {
  if (text === undefined) return [];
  if (start === undefined) return [`--from ${JSON.stringify(text)}: allowed: ${STARTS}`];
  const oneQueue = selectionOf(filter).length === 1;
  if (typeof start === 'string' || 'time' in start || oneQueue) return [];
  return [`--from ${text}: a seq is a place in one queue: name it with --queue`];
};

const parse = (args: readonly string[], now: number): Command => {
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) return { kind: 'help' };
  const filter: Filter = { queues: values.queue.flatMap(namesIn), events: values.event.flatMap(namesIn) };
  const from = values.from === undefined ? undefined : parseStart(values.from, now);
  const problems = [
    ...wrongFilter(filter),
    ...wrongStart(values.from, from, filter),
    ...(values['no-follow'] && values.from === undefined ? ['--no-follow: only with --from'] : []),
  ];
  if (problems.length > 0) return { kind: 'wrong', problems };
  const filtered = filter.queues.length + filter.events.length > 0;
  return {
    kind: 'print',
    filter: filtered ? filter : undefined,
    replay: from === undefined ? undefined : { from, follow: !values['no-follow'] },
    json: values.json,
  };
};

/**
 * Arguments as the user gave them, without those of Node.
 * @param now milliseconds since 1970
 */
export const parseCommand = (args: readonly string[], now: number): Command => {
  try {
    return parse(args, now);
  } catch (error) {
    // parseArgs throws nothing but errors that explain what is wrong with an argument.
    return { kind: 'wrong', problems: [error instanceof Error ? error.message : String(error)] };
  }
};
