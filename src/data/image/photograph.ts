import sharp from 'sharp';

const QUALITY = 88;

/**
 * Rasterises a scene, blurs it, adds noise to every pixel and writes a JPEG.
 *
 * @param noise 0 to 1 for each step: a uniform source, called once for each pixel and colour.
 */
export async function photograph(
  svg: string,
  camera: {readonly noise: number; readonly blur: number},
  noise: () => number,
): Promise<Buffer> {
  const scene = sharp(Buffer.from(svg)).flatten({background: '#808080'});
  const {data, info} = await (camera.blur < 0.3 ? scene : scene.blur(camera.blur))
    .raw()
    .toBuffer({resolveWithObject: true});
  // The sum of two uniform numbers is near enough to a bell curve, and quick.
  const spread = camera.noise * Math.sqrt(6);
  for (let index = 0; index < data.length; index++) {
    const value = (data[index] ?? 0) + (noise() + noise() - 1) * spread;
    data[index] = value < 0 ? 0 : value > 255 ? 255 : value;
  }
  return sharp(data, {raw: {width: info.width, height: info.height, channels: info.channels}})
    .jpeg({quality: QUALITY})
    .toBuffer();
}
