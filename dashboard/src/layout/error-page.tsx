import { Link, type ErrorComponentProps } from '@tanstack/react-router';
import { Failure } from './failure.js';

export const ErrorPage = ({ error, reset }: ErrorComponentProps) => (
  <>
    <h1>This page failed</h1>
    <Failure error={error} />
    <button type="button" onClick={reset}>
      Try again
    </button>
  </>
);

export const NotFoundPage = () => (
  <>
    <h1>No such page</h1>
    <p>
      Nothing is here. <Link to="/">The overview</Link> has all queues.
    </p>
  </>
);
