export const DeadLettersPage = () => <h2>Dead letters</h2>;
