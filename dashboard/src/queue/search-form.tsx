import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Start } from '@typed-queue/contracts';
import { useState, type SubmitEvent } from 'react';
import { Failure } from '../layout/failure.js';
import { seqAtOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { localTimeText, timeStep, ZONE } from '../text/time.js';
import { UnseenNote } from '../text/unseen-note.js';
import { liveSearch, startOf, type LiveSearch } from './live-search.js';
import { placeText } from './place-text.js';

interface SearchFormProps {
  readonly queue: string;
  readonly search: LiveSearch;
  readonly events: readonly string[];
}

/** What is shown of a queue: it becomes the address of the page. */
export const SearchForm = ({ queue, search, events }: SearchFormProps) => {
  const navigate = useNavigate();
  const show = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const { place, ...fields } = Object.fromEntries(new FormData(event.currentTarget));
    const from = fields.time === undefined ? (fields.seq ?? place) : isoOf(fields.time);
    const given = from === 'now' ? fields : { ...fields, from };
    void navigate({ to: '/queues/$queue', params: { queue }, search: liveSearch(given) });
  };
  return (
    <form className="search" role="search" aria-label="Messages" onSubmit={show}>
      <PlaceFields from={search.from} />
      <label>
        Event
        <select name="event" defaultValue={search.event ?? ''}>
          <option value="">all</option>
          {withChosen(events, search.event).map((event) => (
            <option key={event}>{event}</option>
          ))}
        </select>
      </label>
      <TextField name="key" label="Key" value={search.key} />
      <TextField name="header" label="Header" value={search.header} placeholder="name=value" />
      <TextField name="text" label="Text in the payload" value={search.text} />
      <button type="submit">Show</button>
      <UnseenNote value={[search.key, search.header, search.text]} />
      {search.from !== undefined && <PlaceText queue={queue} from={search.from} />}
    </form>
  );
};

/** Also an event that is gone. */
const withChosen = (events: readonly string[], chosen: string | undefined): readonly string[] =>
  chosen === undefined || events.includes(chosen) ? events : [...events, chosen];

const isoOf = (local: FormDataEntryValue): string => {
  const time = new Date(typeof local === 'string' ? local : '');
  return Number.isNaN(time.getTime()) ? '' : time.toISOString();
};

interface TextFieldProps {
  readonly name: keyof LiveSearch;
  readonly label: string;
  readonly value: string | undefined;
  readonly placeholder?: string;
}

const TextField = ({ name, label, value = '', placeholder }: TextFieldProps) => (
  <label>
    {label}
    <input name={name} defaultValue={value} placeholder={placeholder} autoComplete="off" />
  </label>
);

const PLACES = { now: 'now', start: 'the oldest message', seq: 'a message', time: 'a time' } as const;
type Place = keyof typeof PLACES;

const PlaceFields = ({ from }: { from: string | undefined }) => {
  const start = startOf(from);
  const given = typeof start === 'string' ? start : 'seq' in start ? 'seq' : 'time';
  const [place, setPlace] = useState<string>(given satisfies Place);
  return (
    <>
      <label>
        From
        <select name="place" value={place} onChange={({ target }) => setPlace(target.value)}>
          {Object.entries(PLACES).map(([each, text]) => (
            <option key={each} value={each}>
              {text}
            </option>
          ))}
        </select>
      </label>
      {place === 'seq' && <SeqField from={given === 'seq' ? from : undefined} />}
      {place === 'time' && <TimeField start={start} />}
    </>
  );
};

const SeqField = ({ from }: { from: string | undefined }) => (
  <label>
    Seq
    <input name="seq" type="number" min={1} required defaultValue={from} />
  </label>
);

const TimeField = ({ start }: { start: Start }) => {
  const given = typeof start === 'object' && 'time' in start ? localTimeText(start.time) : '';
  return (
    <label>
      Time ({ZONE})
      <input name="time" type="datetime-local" step={timeStep(given)} required defaultValue={given} />
    </label>
  );
};

/** What a place means now. */
const PlaceText = ({ queue, from }: { queue: string; from: string }) => {
  const start = startOf(from);
  const { data, error } = useQuery(seqAtOf(useClient(), queue, start));
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return null;
  return (
    <p className="quiet" aria-live="polite">
      {placeText(start, data)}
    </p>
  );
};
