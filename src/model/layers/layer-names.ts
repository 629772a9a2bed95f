/**
 * Numbers names as Keras does: `conv2d`, `conv2d_1`, `conv2d_2`. A head may have the name of a layer:
 * names must still be unique, or the model would lack that output.
 */
export class NameCounter {
  readonly #names = new Set<string>();

  next(name: string): string {
    let unique = name;
    for (let count = 1; this.#names.has(unique); count++) unique = `${name}_${count}`;
    this.#names.add(unique);
    return unique;
  }
}
