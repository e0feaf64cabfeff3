import { Link } from '@tanstack/react-router';
import type { SearchPart } from '../address/search-fields.js';
import { Problem } from '../layout/problem.js';
import { PartList } from '../layout/wrong-parts.js';
import type { LetterSearch } from './letter-search.js';

interface UnreadAddressProps {
  readonly queue: string;
  readonly parts: readonly SearchPart[];
  /** What can be read. */
  readonly search: LetterSearch;
}

/** Instead of letters and actions: without what cannot be read they would be for more letters than the address means. */
export const UnreadAddress = ({ queue, parts, search }: UnreadAddressProps) => (
  <>
    <Problem>
      This page cannot read a part of its address: <PartList parts={parts} />
    </Problem>
    <p className="row">
      No letters are shown: without it they would be more than the address means. Correct it, or:
      {Object.keys(search).length > 0 && (
        <Link to="/queues/$queue/dead-letters" params={{ queue }} search={search}>
          Leave it out
        </Link>
      )}
      <Link to="/queues/$queue/dead-letters" params={{ queue }} search={{}}>
        Show all letters
      </Link>
    </p>
  </>
);
