import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { DeadLetterPage } from '@typed-queue/contracts';
import { useMemo, useState } from 'react';
import { Asked } from '../layout/asked.js';
import { Empty } from '../layout/empty.js';
import { useClient } from '../session/session-context.js';
import { countText } from '../text/quantity.js';
import { DiscardAction } from './discard-action.js';
import { chosenLetters, matchingLetters } from './letter-choice.js';
import { lettersOf } from './letter-queries.js';
import { filterOf, type LetterSearch } from './letter-search.js';
import { LetterTable } from './letter-table.js';
import { RedriveAction } from './redrive-action.js';
import { selectionAfter, SelectionContext } from './selection.js';

interface LetterListProps {
  readonly queue: string;
  readonly search: LetterSearch;
  /** Called with what was done to letters. */
  readonly done: (text: string) => void;
}

/** A page of the dead letters that match a filter, with buttons to redrive or discard the selected ones, or all. */
export const LetterList = ({ queue, search, done }: LetterListProps) => {
  const answer = useQuery(lettersOf(useClient(), queue, filterOf(search), search.after));
  return (
    <Asked answer={answer}>
      {(page) => <ChoosableLetters queue={queue} search={search} done={done} page={page} />}
    </Asked>
  );
};

const ChoosableLetters = ({ queue, search, done, page }: LetterListProps & { page: DeadLetterPage }) => {
  const { letters, next } = page;
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const positions = useMemo(
    () => new Set(letters.map(({ position }) => position).filter((position) => selected.has(position))),
    [letters, selected],
  );
  const select = (changed: readonly number[], isSelected: boolean): void =>
    setSelected(selectionAfter(positions, changed, isSelected));
  const all = { queue, choice: matchingLetters(filterOf(search)), done };
  const refusal = positions.size === 0 ? 'Select letters first.' : undefined;
  const some = { queue, choice: chosenLetters(positions), done, refusal };
  return (
    <SelectionContext value={{ positions, select }}>
      <div className="row actions">
        <RedriveAction {...some} />
        <DiscardAction {...some} />
        <RedriveAction {...all} />
        <DiscardAction {...all} />
      </div>
      <LetterTable queue={queue} search={search} letters={letters} />
      {letters.length === 0 && <Empty>No dead letter matches.</Empty>}
      <Lost page={page} />
      <Pages queue={queue} search={search} next={next} />
    </SelectionContext>
  );
};

const Lost = ({ page: { gaps } }: { page: DeadLetterPage }) =>
  gaps.length === 0 ? null : (
    <p className="problem">
      Damaged on the disk of the server, and lost:{' '}
      {gaps.map(([first, last]) => `${countText(first)}–${countText(last)}`).join(', ')}
    </p>
  );

interface PagesProps {
  readonly queue: string;
  readonly search: LetterSearch;
  readonly next: number | null;
}

const Pages = ({ queue, search, next }: PagesProps) => (
  <p className="row">
    {search.after !== undefined && (
      <Link to="/queues/$queue/dead-letters" params={{ queue }} search={filterOf(search)}>
        First page
      </Link>
    )}
    {next !== null && (
      <Link to="/queues/$queue/dead-letters" params={{ queue }} search={{ ...filterOf(search), after: next }}>
        Next page
      </Link>
    )}
  </p>
);
