import {InferenceSession, Tensor} from 'onnxruntime-node';

type Answers = {
  readonly inputs: readonly string[];
  readonly heads: readonly string[];
  /** Probability of 1, image by image, head by head. */
  readonly probabilities: readonly number[];
  /** Of all classes: their sum for each image and head. */
  readonly sums: readonly number[];
  /** What each head gives for each image. */
  readonly columns: readonly (readonly (readonly number[])[])[];
};

/** What ONNX Runtime answers with a model. @param shape [batch, height, width, 3] */
export async function askOnnx(
  file: Uint8Array,
  pixels: Uint8Array,
  shape: readonly [number, number, number, number],
): Promise<Answers> {
  const session = await InferenceSession.create(file, {logSeverityLevel: 3});
  try {
    const outputs = await session.run({images: new Tensor('uint8', pixels, [...shape])});
    const heads = session.outputNames;
    const columns = heads.map(head => {
      const {data, dims} = outputs[head]!;
      if (dims.length !== 2 || dims[0] !== shape[0]) throw new Error(`${head} is ${dims.join()}`);
      const values = Array.from(data as Float32Array);
      return Array.from({length: shape[0]}, (_, image) =>
        values.slice(image * dims[1]!, (image + 1) * dims[1]!),
      );
    });
    const rows = Array.from({length: shape[0]}, (_, image) =>
      columns.map(ofHead => ofHead[image]!),
    ).flat();
    return {
      inputs: session.inputNames,
      ...{heads, columns},
      // A sigmoid gives the probability of 1 alone.
      probabilities: rows.map(row => row[1] ?? row[0]!),
      sums: rows.map(row => row.reduce((sum, value) => sum + value, 0)),
    };
  } finally {
    await session.release();
  }
}
