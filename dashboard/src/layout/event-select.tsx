interface EventSelectProps {
  /** One that is in no list is none. */
  readonly event: string;
  readonly events: readonly string[];
  readonly choose: (event: string) => void;
}

/** Chooses an event of a queue. */
export const EventSelect = ({ event, events, choose }: EventSelectProps) => (
  <label className="event-choice">
    Event{' '}
    <select value={events.includes(event) ? event : ''} onChange={({ target }) => choose(target.value)}>
      {!events.includes(event) && <option value="">choose one</option>}
      {events.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  </label>
);
