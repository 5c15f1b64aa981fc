/** Larger shows no better on any screen; also what the server keeps. */
const MAX_SIDE_PX = 2048;
const QUALITY = 0.86;

/**
 * Make a photo small enough for a bad network, and take out what a camera writes into it (place, time, device).
 *
 * @param {Blob} file
 * @returns {Promise<Blob | null>} JPEG; null when this browser cannot read it.
 */
export async function shrink(file) {
  const picture = await decode(file);
  if (!picture) return null;
  const { width, height } = within(picture.width, picture.height, MAX_SIDE_PX);
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.fillStyle = '#fff'; // JPEG has no transparency; without this it would be black.
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  if (picture instanceof ImageBitmap) picture.close();
  return new Promise((done) => canvas.toBlob(done, 'image/jpeg', QUALITY));
}

/**
 * The largest size of the same shape whose sides are at most `max`. Never larger than it was.
 *
 * @param {number} width
 * @param {number} height
 * @param {number} max
 */
export function within(width, height, max) {
  const scale = Math.min(1, max / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * @param {Blob} file
 * @returns {Promise<ImageBitmap | HTMLImageElement | null>}
 */
async function decode(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    return decodeByElement(file); // Older Safari reads some kinds only this way.
  }
}

/**
 * @param {Blob} file
 * @returns {Promise<HTMLImageElement | null>}
 */
async function decodeByElement(file) {
  const url = URL.createObjectURL(file);
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
    return image;
  } catch {
    return null; // Not a picture: the caller says so in words.
  } finally {
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}
