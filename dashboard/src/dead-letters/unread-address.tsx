import { Link } from '@tanstack/react-router';
import type { SearchPart } from '../address/search-fields.js';
import { Problem } from '../layout/problem.js';
import { Text } from '../text/text.js';

interface UnreadAddressProps {
  readonly queue: string;
  readonly parts: readonly SearchPart[];
}

/** Instead of letters and actions: without what cannot be read they would be for more letters than the address means. */
export const UnreadAddress = ({ queue, parts }: UnreadAddressProps) => (
  <>
    <Problem>
      This page cannot read a part of its address:{' '}
      {parts.map(({ name, text }) => (
        <code key={name}>
          <Text most={200}>{`${name}=${text}`}</Text>{' '}
        </code>
      ))}
    </Problem>
    <p>
      No letters are shown: without it they would be more than the address means. Correct it, or:{' '}
      <Link to="/queues/$queue/dead-letters" params={{ queue }} search={{}}>
        Show all letters
      </Link>
    </p>
  </>
);
