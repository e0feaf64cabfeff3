/** Whether an engine may hand out messages: not while another one may own the groups. */
export interface ClaimRight {
  isValid(): boolean;
  /** Called when it is valid again after it was not. */
  onRegained(listener: () => void): void;
}
