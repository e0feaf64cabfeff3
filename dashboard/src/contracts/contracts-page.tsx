export const ContractsPage = () => <h1>Contracts</h1>;
