/** Asked, and not answered yet. */
export const Loading = () => (
  <p className="quiet" aria-live="polite">
    Loading…
  </p>
);
