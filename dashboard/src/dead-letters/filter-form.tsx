import { Link, useNavigate } from '@tanstack/react-router';
import { LONGEST_NAME } from '../address/queue-fields.js';
import { AddressInput } from '../layout/address-input.js';
import { Text } from '../text/text.js';
import { localTimeText, ZONE } from '../text/time.js';
import { UnseenNote } from '../text/unseen-note.js';
import { codesWith, codeText } from './letter-code.js';
import {
  changedSearch,
  kindReasonText,
  letterSearch,
  LONGEST_REASON,
  type LetterSearch,
} from './letter-search.js';

interface FilterFormProps {
  readonly queue: string;
  /** The search of the address, also what cannot be read of it. */
  readonly written: Readonly<Record<string, unknown>>;
  /** Of letters of the queue. */
  readonly codes: readonly string[];
}

/** Which letters are listed: all of it in the address of the page. */
export const FilterForm = ({ queue, written, codes }: FilterFormProps) => {
  const navigate = useNavigate();
  const search = letterSearch(written);
  const group = typedText(written.group);
  const choose = (change: Partial<Record<keyof LetterSearch, unknown>>): void => {
    const to = '/queues/$queue/dead-letters';
    void navigate({ to, params: { queue }, search: changedSearch(written, change), replace: true });
  };
  return (
    <div className="row choice" role="search">
      <TextFilter name="Group" maxLength={LONGEST_NAME} value={group} choose={(group) => choose({ group })} />
      <CodeFilter value={search.code} codes={codes} choose={(code) => choose({ code })} />
      <TextFilter
        name="Reason contains"
        maxLength={LONGEST_REASON}
        value={search.reason}
        choose={(reason) => choose({ reason })}
      />
      <TimeFilter name="Since" value={search.since} choose={(since) => choose({ since })} />
      <TimeFilter name="Until" value={search.until} choose={(until) => choose({ until })} />
      <KindChip reason={search.kindReason} drop={() => choose({ kindReason: undefined })} />
      <UnseenNote value={[group, search.reason]} />
      {Object.keys(written).length > 0 && <AllLink queue={queue} />}
    </div>
  );
};

const typedText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const AllLink = ({ queue }: { queue: string }) => (
  <Link to="/queues/$queue/dead-letters" params={{ queue }} search={{}}>
    Show all
  </Link>
);

/** The kind that its link chose; it cannot be typed. */
const KindChip = ({ reason, drop }: { reason: string | undefined; drop: () => void }) =>
  reason !== undefined && (
    <button type="button" onClick={drop}>
      Reason: <Text most={80}>{kindReasonText(reason)}</Text> ✕
    </button>
  );

interface FilterProps<T> {
  readonly name: string;
  readonly value: T | undefined;
  readonly choose: (value: T | undefined) => void;
}

interface CodeFilterProps extends Omit<FilterProps<string>, 'name'> {
  readonly codes: readonly string[];
}

const CodeFilter = ({ value = '', codes, choose }: CodeFilterProps) => (
  <select aria-label="Why" value={value} onChange={({ target }) => choose(target.value)}>
    <option value="">any cause</option>
    {codesWith(value === '' ? codes : [...codes, value]).map((code) => (
      <option key={code} value={code}>
        {codeText(code)}
      </option>
    ))}
  </select>
);

const TextFilter = ({ name, value = '', choose, maxLength }: FilterProps<string> & { maxLength: number }) => (
  <AddressInput
    type="search"
    label={name}
    placeholder={name}
    maxLength={maxLength}
    value={value}
    change={choose}
  />
);

const TimeFilter = ({ name, value, choose }: FilterProps<number>) => (
  <label>
    {name} ({ZONE}){' '}
    <AddressInput
      type="datetime-local"
      value={value === undefined ? '' : localTimeText(value)}
      change={(text) => choose(timeOf(text))}
    />
  </label>
);

/** Of a text as `datetime-local` writes it, in the zone of the viewer. */
const timeOf = (text: string): number | undefined => {
  const time = new Date(text).getTime();
  return Number.isNaN(time) ? undefined : time;
};
