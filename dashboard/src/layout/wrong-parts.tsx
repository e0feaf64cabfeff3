import { Link, useMatches, useSearch } from '@tanstack/react-router';
import { partText, wrongParts, type SearchPart } from '../address/search-fields.js';
import { Text } from '../text/text.js';

/** Parts of an address as it writes them. */
export const PartList = ({ parts }: { parts: readonly SearchPart[] }) =>
  parts.map((part) => (
    <code key={part.name}>
      <Text most={200}>{partText(part)}</Text>{' '}
    </code>
  ));

/** Names what the page cannot read in its address, and shows nothing by. */
export const WrongParts = () => {
  const read = useMatches({
    select: (matches) => matches.at(-1)?.staticData.read,
    structuralSharing: false,
  });
  const written = useSearch({ strict: false });
  const parts = read === undefined ? [] : wrongParts(read, written);
  if (read === undefined || parts.length === 0) return null;
  return (
    <p role="note" className="problem">
      This page is shown without a part of its address that cannot be read: <PartList parts={parts} />
      <Link to="." search={read(written)} replace>
        Leave it out
      </Link>
    </p>
  );
};
