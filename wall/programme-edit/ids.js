const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** A new id for a session: 16 letters, as the server makes them, so that it knows that it was made here. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => ALPHABET[byte % 32] ?? 'a').join('');
}
