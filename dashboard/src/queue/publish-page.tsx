export const PublishPage = () => <h2>Publish</h2>;
