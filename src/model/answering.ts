/** A network with its heads, of which others may have some, too. */
type Candidate = {
  readonly heads: readonly string[];
  /**
   * With `model.answeredBy: best`, once it has been trained: the heads for which it is better than the
   * networks before it.
   */
  readonly answers?: readonly string[] | undefined;
};

/**
 * Finds the network that answers a head: the first that has it, or of those that were found to be better,
 * the last.
 *
 * @param networks In the order in which they train.
 */
export function answering<Network extends Candidate>(
  networks: readonly Network[],
  head: string,
): Network | undefined {
  return (
    networks.findLast(({answers}) => answers?.includes(head)) ??
    networks.find(({heads}) => heads.includes(head))
  );
}

/** Whether several networks have a head: what is said of it then names the network. */
export function isShared(networks: readonly Pick<Candidate, 'heads'>[], head: string): boolean {
  return networks.filter(({heads}) => heads.includes(head)).length > 1;
}
