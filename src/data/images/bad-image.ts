/** An image that cannot be used, with the reason in words. */
export class BadImage extends Error {
  override readonly name = 'BadImage';
}
