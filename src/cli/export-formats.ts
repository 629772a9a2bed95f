/** What `export` writes. */
export const exportFormats = ['savedmodel', 'onnx', 'tfjs'] as const;
export type ExportFormat = (typeof exportFormats)[number];
