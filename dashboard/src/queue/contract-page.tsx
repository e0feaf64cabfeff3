export const ContractPage = () => <h2>Contract</h2>;
