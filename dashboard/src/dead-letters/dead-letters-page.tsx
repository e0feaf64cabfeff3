import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { unreadParts } from '../address/search-fields.js';
import { Asked } from '../layout/asked.js';
import { Empty } from '../layout/empty.js';
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
  return <DeadLetters key={queue} queue={queue} />;
};

const DeadLetters = ({ queue }: { queue: string }) => {
  const [outcome, setOutcome] = useState<string>();
  const { search, unread } = useLetterSearch();
  return (
    <>
      {outcome !== undefined && (
        <p role="status" className="outcome">
          <Text most={3_000}>{outcome}</Text>
        </p>
      )}
      {search.letter === undefined || unread.length > 0 ? (
        <LettersByKind queue={queue} done={setOutcome} />
      ) : (
        <LetterPage key={search.letter} queue={queue} position={search.letter} done={setOutcome} />
      )}
    </>
  );
};

const useLetterSearch = () => {
  const written = useSearch({ from: '/queues/$queue/dead-letters' });
  return { written, search: letterSearch(written), unread: unreadParts(letterSearch, written) };
};

const LettersByKind = ({ queue, done }: { queue: string; done: (text: string) => void }) => {
  const { written, search, unread } = useLetterSearch();
  const answer = useQuery(summaryOf(useClient(), queue));
  const isUnread = unread.length > 0;
  return (
    <Asked answer={answer}>
      {(summary) => (
        <>
          {summary.letters === 0 ? (
            <NoLetters />
          ) : (
            <>
              <KindTable queue={queue} summary={summary} />
              <h2>Letters</h2>
              <FilterForm queue={queue} written={written} codes={summary.kinds.map(({ code }) => code)} />
              {!isUnread && <LetterList queue={queue} search={search} done={done} />}
            </>
          )}
          {isUnread && <UnreadAddress queue={queue} parts={unread} search={search} />}
        </>
      )}
    </Asked>
  );
};

const NoLetters = () => (
  <Empty>No dead letters: every message that a group was given was handled, or is still tried.</Empty>
);
