export const LivePage = () => <h2>Live</h2>;
