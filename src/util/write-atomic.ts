import writeFileAtomic from 'write-file-atomic';

/** Replaces a file in one step: whoever reads it sees the old content or the new, never a part. */
export async function writeAtomic(file: string, content: string | Uint8Array): Promise<void> {
  await writeFileAtomic(
    file,
    typeof content === 'string'
      ? content
      : Buffer.from(content.buffer, content.byteOffset, content.byteLength),
  );
}
