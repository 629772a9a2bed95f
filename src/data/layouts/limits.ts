/*
 * Bounds for what a data set may claim. They are far above every known set of faces (CelebA has
 * 202,599 images with 40 attributes) and keep a damaged or hostile file from taking all memory.
 */

/** Images of one data set. */
export const MAX_IMAGES = 5_000_000;

/** Attributes of one data set. */
export const MAX_ATTRIBUTES = 1000;

/** Labels of one data set: images times attributes, a byte each. */
export const MAX_LABELS = 400_000_000;
