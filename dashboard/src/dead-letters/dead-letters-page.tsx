import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { unreadParts } from '../address/search-fields.js';
import { Asked } from '../layout/asked.js';
import { Empty } from '../layout/empty.js';
import { queueOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { Text } from '../text/text.js';
import { FilterForm } from './filter-form.js';
import { KindTable } from './kind-table.js';
import { LetterList } from './letter-list.js';
import { LetterPage } from './letter-page.js';
import { summaryOf } from './letter-queries.js';
import { letterSearch } from './letter-search.js';
import { UnreadAddress } from './unread-address.js';

/** The dead letters of a queue: what they have in common, those that match, and one of them. */
export const DeadLettersPage = () => {
  const { queue } = useParams({ from: '/queues/$queue/dead-letters' });
  const answer = useQuery(queueOf(useClient(), queue));
  return (
    <Asked answer={answer}>
      {(overview) =>
        overview?.rights.admin === true ? (
          <DeadLetters key={queue} queue={queue} />
        ) : (
          <Empty>Dead letters are shown to those who have the right admin of the queue.</Empty>
        )
      }
    </Asked>
  );
};

const DeadLetters = ({ queue }: { queue: string }) => {
  const written = useSearch({ from: '/queues/$queue/dead-letters' });
  const unread = unreadParts(letterSearch, written);
  return unread.length > 0 ? (
    <UnreadAddress queue={queue} parts={unread} />
  ) : (
    <ReadLetters queue={queue} letter={letterSearch(written).letter} />
  );
};

const ReadLetters = ({ queue, letter }: { queue: string; letter: number | undefined }) => {
  const [outcome, setOutcome] = useState<string>();
  return (
    <>
      {outcome !== undefined && (
        <p role="status" className="outcome">
          <Text most={3_000}>{outcome}</Text>
        </p>
      )}
      {letter === undefined ? (
        <LettersByKind queue={queue} done={setOutcome} />
      ) : (
        <LetterPage key={letter} queue={queue} position={letter} done={setOutcome} />
      )}
    </>
  );
};

const LettersByKind = ({ queue, done }: { queue: string; done: (text: string) => void }) => {
  const search = useSearch({ from: '/queues/$queue/dead-letters', select: letterSearch });
  const answer = useQuery(summaryOf(useClient(), queue));
  return (
    <Asked answer={answer}>
      {(summary) =>
        summary.letters === 0 ? (
          <Empty>No dead letters: every message that a group was given was handled, or is still tried.</Empty>
        ) : (
          <>
            <KindTable queue={queue} summary={summary} />
            <h2>Letters</h2>
            <FilterForm queue={queue} search={search} codes={summary.kinds.map(({ code }) => code)} />
            <LetterList queue={queue} search={search} done={done} />
          </>
        )
      }
    </Asked>
  );
};
