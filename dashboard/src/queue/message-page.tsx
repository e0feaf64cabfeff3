export const MessagePage = () => <h2>Message</h2>;
