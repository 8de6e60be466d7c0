import sharp from 'sharp';
import { Fault } from '../errors.ts';

const maxPixels = 4096 * 4096;

/** What a drawing of ours never holds: scripts, other documents, other files, entities. */
const foreign =
  /<!(doctype|entity)|<\?(?!xml\s)|<\s*(script|foreignobject|image|use|iframe|object|embed|feimage)\b|\son\w+\s*=|@import|url\(\s*["']?(?!#)|href\s*=\s*["']\s*(?!#)/i;

/** A drawing as PNG, twice its size, on the paper it was drawn for. */
export async function toPng(svg: string, background: string): Promise<Buffer> {
  if (!/^\s*(<\?xml[^>]*\?>\s*)?<svg[\s>]/i.test(svg) || foreign.test(svg)) {
    throw new Fault('wrong-input', 'Only a chart of these pages can be made into a picture.');
  }
  try {
    return await sharp(Buffer.from(svg), { density: 192, limitInputPixels: maxPixels })
      .flatten({ background })
      .png({ compressionLevel: 9 })
      .timeout({ seconds: 10 })
      .toBuffer();
  } catch (cause) {
    throw new Fault('wrong-input', 'This chart cannot be made into a picture.', { cause });
  }
}
