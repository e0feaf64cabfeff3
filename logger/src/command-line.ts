import { parseArgs } from 'node:util';
import type { Contract, Start } from '@typed-queue/contracts';
import { messageOf, parseStart, STARTS } from '@typed-queue/program';
import { eventNamesOf, namesIn, selectionOf, type Filter } from './filter.js';

/** What a command line asks for. */
export type Command =
  | {
      readonly kind: 'print';
      /** Undefined: that of the environment. */
      readonly filter: Filter | undefined;
      /** Undefined: as a member of a group. */
      readonly replay: { readonly from: Start; readonly follow: boolean } | undefined;
      readonly json: boolean;
    }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] };

const allowed = (names: readonly string[] | undefined): string =>
  names === undefined ? '' : `: ${names.join(', ')}`;

/** What `--help` shows. `contract`: the source of the names; undefined: it could not be loaded. */
export const usageOf = (
  contract: Contract | undefined,
): string => `Usage: logger [--queue <name>]… [--event <name>]… [--from <place> [--no-follow]] [--json]

Prints the events of the contract's queues, one line each, and goes on where it stopped: nothing is lost while it is down.

  --queue <name>   only this queue${allowed(contract && Object.keys(contract))}
  --event <name>   only this event${allowed(contract && eventNamesOf(contract, []))}
                   (both: again for more, or names separated by commas)
  --from <place>   prints from there on, what was printed before as well, and touches nobody's place:
                   start, now, a seq of one queue (17), a time (2026-11-23, 2026-11-23T10:00, local
                   unless it has a zone), or how long ago (90s, 15m, 2h, 7d)
  --no-follow      with --from: ends when everything up to now is printed
  --json           one JSON object a line, as LOG_FORMAT=json
  --help           show this text

Environment: QUEUE_URL (default http://localhost:3333), QUEUE_TOKEN or QUEUE_TOKEN_FILE, LOG_FORMAT
             (pretty or json), NO_COLOR,
             CONTRACT (the module that exports the contract of the server; default: files and database),
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

const wrongFilter = ({ queues, events }: Filter, contract: Contract): string[] => [
  ...wrongNames('--queue', queues, Object.keys(contract)),
  ...wrongNames('--event', events, eventNamesOf(contract, queues)),
];

const wrongStart = (text: string | undefined, start: Start | undefined, isOneQueue: boolean): string[] => {
  if (text === undefined) return [];
  if (start === undefined) return [`--from ${JSON.stringify(text)}: allowed: ${STARTS}`];
  if (typeof start === 'string' || 'time' in start || isOneQueue) return [];
  return [`--from ${text}: a seq is a place in one queue: name it with --queue`];
};

const parse = (args: readonly string[], contract: Contract | undefined, now: number): Command => {
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) return { kind: 'help' };
  const filter: Filter = { queues: values.queue.flatMap(namesIn), events: values.event.flatMap(namesIn) };
  const from = values.from === undefined ? undefined : parseStart(values.from, now);
  const isOneQueue = contract === undefined || selectionOf(contract, filter).length === 1;
  const problems = [
    ...(contract === undefined ? [] : wrongFilter(filter, contract)),
    ...wrongStart(values.from, from, isOneQueue),
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
 * @param contract has the names that a filter may use; undefined: names are not checked
 * @param now milliseconds since 1970
 */
export const parseCommand = (
  args: readonly string[],
  contract: Contract | undefined,
  now: number,
): Command => {
  try {
    return parse(args, contract, now);
  } catch (error) {
    // parseArgs throws nothing but errors that explain what is wrong with an argument.
    return { kind: 'wrong', problems: [messageOf(error)] };
  }
};
