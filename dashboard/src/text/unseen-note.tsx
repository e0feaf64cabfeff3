import { unseenNames } from './visible-text.js';

const SHOWN = 10;

/** Names what a text field cannot mark: characters of a value that nobody sees, or that move their neighbours. */
export const UnseenNote = ({ value }: { value: unknown }) => {
  const names = unseenNames(value);
  if (names.length === 0) return null;
  const shown = names.slice(0, SHOWN).join(', ');
  return (
    <p role="status" className="unseen-note">
      In a field are characters that cannot be seen there: {shown}
      {names.length > SHOWN && ' and others'}.
    </p>
  );
};
