export const GroupPage = () => <h2>Group</h2>;
