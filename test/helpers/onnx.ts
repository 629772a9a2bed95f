import {InferenceSession, Tensor} from 'onnxruntime-node';

type Answers = {
  readonly inputs: readonly string[];
  readonly heads: readonly string[];
  /** Probability of 1, image by image, head by head. */
  readonly probabilities: readonly number[];
  /** Of 0 and of 1: their sum for each image and head. */
  readonly sums: readonly number[];
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
    const pairs = Array.from({length: shape[0]}, (_, image) =>
      heads.map(head => {
        const {data, dims} = outputs[head]!;
        // A sigmoid gives the probability of 1 alone.
        if (dims.join() === `${shape[0]},1`)
          return [1 - Number(data[image]), Number(data[image])] as const;
        if (dims.join() !== `${shape[0]},2`) throw new Error(`${head} is ${dims.join()}`);
        return [Number(data[2 * image]), Number(data[2 * image + 1])] as const;
      }),
    ).flat();
    return {
      inputs: session.inputNames,
      heads,
      probabilities: pairs.map(([, one]) => one),
      sums: pairs.map(([zero, one]) => zero + one),
    };
  } finally {
    await session.release();
  }
}
