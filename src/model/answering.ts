import {headOf} from '../experiment/groups.js';

/** A network with its outputs. Others may have outputs of the same heads; one that branches may have several of a head. */
type Candidate = {
  readonly heads: readonly string[];
  /**
   * With `model.answeredBy: best`, once it has been trained: the outputs that are better than those of the
   * same head in the networks before it, and in itself.
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
    networks.findLast(({answers}) => answers?.some(output => headOf(output) === head)) ??
    networks.find(({heads}) => heads.some(output => headOf(output) === head))
  );
}

/**
 * Names the output of a network that answers a head, if the network does: the best one, or the first.
 *
 * @returns The head itself without a network.
 */
export function outputOf(network: Candidate | undefined, head: string): string {
  const isOfHead = (output: string): boolean => headOf(output) === head;
  return network?.answers?.find(isOfHead) ?? network?.heads.find(isOfHead) ?? head;
}

/** Whether an output of one of the networks is what answers its head. */
export function doesAnswer<Network extends Candidate>(
  networks: readonly Network[],
  network: Network,
  output: string,
): boolean {
  const head = headOf(output);
  return answering(networks, head) === network && outputOf(network, head) === output;
}

/** Whether several networks have a head: what is said of it then names the network. */
export function isShared(networks: readonly Pick<Candidate, 'heads'>[], head: string): boolean {
  return networks.filter(({heads}) => heads.includes(head)).length > 1;
}
