import type { DifferingClient } from '@typed-queue/contracts';
import { match } from 'ts-pattern';
import { counted } from '../text/quantity.js';

type Difference = DifferingClient['events'][number];

/** What the client can do with an event whose schema differs. Names in it are as the client chose them. */
export const differenceText = ({ event, verdict, pointer = '', rule }: Difference): string => {
  if (rule === 'event-removed')
    return verdict === 'readable'
      ? `${event}: the server has no such event`
      : `${event}: it does not know the event`;
  const where = rule === undefined ? '' : ` (${pointer === '' ? '' : `${pointer}: `}${rule})`;
  return `${event}: ${VERDICTS[verdict]}${where}`;
};

const VERDICTS: Readonly<Record<Difference['verdict'], string>> = {
  same: 'it fits',
  both: 'it can read and publish it',
  readable: 'what it publishes may be refused',
  writable: 'it cannot read all of them',
  neither: 'it cannot read all of them, and what it publishes may be refused',
  unknown: 'JSON Schema cannot say whether it fits',
};

/** Groups, tails, or neither. */
export const usesText = ({ groups, tails }: Pick<DifferingClient, 'groups' | 'tails'>): string => {
  const uses = [
    ...(groups.length === 0 ? [] : [`member of ${groups.join(', ')}`]),
    ...(tails === 0 ? [] : [counted(tails, 'tail')]),
  ];
  return uses.length === 0 ? 'reads nothing' : uses.join(' and ');
};

type Remedy = 'clash' | 'refused' | 'undecidable' | 'harmless';

const remedyOf = ({ clash, events }: Pick<DifferingClient, 'clash' | 'events'>): Remedy => {
  const verdicts = events.map(({ verdict }) => verdict);
  if (clash) return 'clash';
  if (verdicts.includes('readable') || verdicts.includes('neither')) return 'refused';
  return verdicts.includes('unknown') ? 'undecidable' : 'harmless';
};

/** What to do about a client. */
export const adviceFor = (client: Pick<DifferingClient, 'clash' | 'events'>): string =>
  match(remedyOf(client))
    .with(
      'clash',
      () =>
        'Build it with the contract of the server, or declare versions in its own. What it cannot read ends as a dead letter of its group.',
    )
    .with(
      'refused',
      () =>
        'If it publishes these events, start the server with its contract, or build it with the server’s.',
    )
    .with('undecidable', () => 'Compare both contracts with typed-queue contract check.')
    .with('harmless', () => 'Nothing fails. Build it with the contract of the server at its next release.')
    .exhaustive();
