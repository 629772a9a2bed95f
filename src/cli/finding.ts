/** What `doctor` found about one condition. */
export type Finding = {
  readonly name: string;
  readonly state: 'ok' | 'note' | 'wrong';
  readonly detail: string;
  readonly remedy?: string | undefined;
};
