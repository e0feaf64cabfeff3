import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Asked } from '../layout/asked.js';
import { Empty } from '../layout/empty.js';
import { useClient } from '../session/session-context.js';
import { Json } from '../text/json.js';
import { countText } from '../text/quantity.js';
import { Text } from '../text/text.js';
import { DiscardAction } from './discard-action.js';
import { EditedRedrive } from './edited-redrive.js';
import { FailureTable } from './failure-table.js';
import { LetterContent } from './letter-content.js';
import { draftOf } from './letter-draft.js';
import { letterAt, type SeenLetter } from './letter-queries.js';
import { codeText } from './letter-code.js';
import { letterSearch } from './letter-search.js';
import { RedriveAction } from './redrive-action.js';

const GONE = 'It is gone: it was redriven or discarded, or it expired.';

interface LetterPageProps {
  readonly queue: string;
  readonly position: number;
  /** Called with what was done to the letter. */
  readonly done: (text: string) => void;
}

/** One dead letter: its failures, payload and headers, and buttons to redrive, edit or discard it. */
export const LetterPage = ({ queue, position, done }: LetterPageProps) => {
  const { letter: _, ...search } = useSearch({ from: '/queues/$queue/dead-letters', select: letterSearch });
  const navigate = useNavigate();
  const answer = useQuery(letterAt(useClient(), queue, position));
  const leave = (text: string): void => {
    done(text);
    void navigate({ to: '/queues/$queue/dead-letters', params: { queue }, search });
  };
  return (
    <>
      <Link to="/queues/$queue/dead-letters" params={{ queue }} search={search}>
        ← All dead letters
      </Link>
      <h2>Dead letter {countText(position)}</h2>
      <Asked answer={answer}>
        {(seen) => (
          <>
            {(seen === null || seen.isGone) && <Empty>{GONE}</Empty>}
            {seen !== null && <Letter queue={queue} seen={seen} done={leave} />}
          </>
        )}
      </Asked>
    </>
  );
};

interface LetterProps {
  readonly queue: string;
  readonly seen: SeenLetter;
  readonly done: (text: string) => void;
}

const Letter = ({ queue, seen: { letter, isGone }, done }: LetterProps) => {
  const refusal = isGone ? GONE : undefined;
  const choice = { name: 'this letter', filter: { positions: [letter.position] } };
  return (
    <>
      <p className="problem">
        <b>
          <Text>{codeText(letter.code)}</Text>
        </b>
        {letter.reason !== '' && ': '}
        <Text most={2_000}>{letter.reason}</Text>
      </p>
      <div className="row">
        <RedriveAction queue={queue} choice={choice} refusal={refusal} done={done} />
        <DiscardAction queue={queue} choice={choice} refusal={refusal} done={done} />
      </div>
      {letter.data !== undefined && <Json value={letter.data} label="Data of the failure" />}
      <LetterContent queue={queue} letter={letter} />
      <FailureTable failures={letter.failures} />
      <EditedRedrive
        key={draftOf(queue, letter)}
        queue={queue}
        letter={letter}
        refusal={refusal}
        done={done}
      />
    </>
  );
};
