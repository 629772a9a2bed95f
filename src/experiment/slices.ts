import * as z from 'zod';

/** An attribute of the data, by whose values images are sliced, or several: `Blond_Hair x Male`. */
const SEPARATOR = ' x ';

/** More attributes in a product make slices that hold hardly an image each. */
const MOST_SLICE_ATTRIBUTES = 4;

/** A table with more slices than this says nothing at a glance, and its smallest numbers are noise. */
export const MOST_SLICES = 64;

/**
 * A slice with fewer images has its numbers, but it is neither the worst nor an end of a gap: with 10
 * images, each counts for 10 points.
 */
export const FEWEST_IMAGES = 20;

/** The attributes of a product, in its order: `Blond_Hair` and `Male`. */
export function attributesOf(product: string): string[] {
  return product.split(SEPARATOR);
}

/** The attributes of several products, each once, in their order. */
export function sliceAttributes(products: readonly string[]): string[] {
  return [...new Set(products.flatMap(attributesOf))];
}

/** Number of slices of several products: an attribute has two, each further one doubles them. */
export function countSlices(products: readonly string[]): number {
  return products.reduce((sum, product) => sum + 2 ** attributesOf(product).length, 0);
}

const SLICE = new RegExp(
  String.raw`^\w[\w-]{0,63}( x \w[\w-]{0,63}){0,${MOST_SLICE_ATTRIBUTES - 1}}$`,
);

const sorted = (product: string): string => attributesOf(product).sort().join(' ');

/** Attributes, or products of attributes, by whose values the evaluated images are sliced. */
export const Slices = z
  .array(
    z
      .string()
      .max(300, {abort: true})
      .regex(SLICE, {
        abort: true,
        error: `an attribute, or up to ${MOST_SLICE_ATTRIBUTES} joined by " x ", such as Blond_Hair x Male`,
      })
      .refine(
        product => new Set(attributesOf(product)).size === attributesOf(product).length,
        'each attribute of a product once',
      ),
  )
  .min(1)
  .max(MOST_SLICES / 2, {abort: true})
  .refine(
    products => new Set(products.map(sorted)).size === products.length,
    'each product of attributes once',
  )
  .refine(
    products => countSlices(products) <= MOST_SLICES,
    `at most ${MOST_SLICES} slices: an attribute makes 2, and each further one of a product doubles them`,
  );
