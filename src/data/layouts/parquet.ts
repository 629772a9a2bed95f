import {fileBuffer, imageColumns, readFooter} from '../parquet/open-parquet.js';
import {readLabels} from '../parquet/read-labels.js';
import {shardLayout} from './shards.js';

/**
 * CelebA as it lies on Hugging Face: a row for each image, its bytes, and a column for each
 * attribute.
 */
export const parquet = shardLayout({
  name: 'parquet',
  expected: 'train-00000-of-….parquet',
  title: 'CelebA parquet',
  pattern: /\.parquet$/i,
  rowKind: 'parquet',
  version: 'parquet-3',
  readAttributes: async file => {
    const buffer = fileBuffer(file);
    try {
      const footer = await readFooter(buffer, file);
      return footer.row_groups.length === 0 ? [] : imageColumns(footer, file).labels;
    } finally {
      buffer.close();
    }
  },
  readTable: async (file, onBytes) => {
    const buffer = fileBuffer(file);
    try {
      const table = await readLabels(buffer, await readFooter(buffer, file), file);
      onBytes(buffer.byteLength);
      return table;
    } finally {
      buffer.close();
    }
  },
});
