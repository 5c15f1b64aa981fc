/** Keeps the screen on while this page is in sight, where the browser can. */
export class Awake {
  /** @type {WakeLockSentinel | null} */
  #lock = null;
  #on = false;

  /** Stay on from now on. */
  start() {
    if (this.#on) return;
    this.#on = true;
    document.addEventListener('visibilitychange', this.#hold);
    void this.#hold();
  }

  /** The screen may sleep again. */
  stop() {
    this.#on = false;
    document.removeEventListener('visibilitychange', this.#hold);
    void this.#lock?.release();
    this.#lock = null;
  }

  // A page that goes out of sight loses its lock.
  #hold = async () => {
    if (!this.#on || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    try {
      this.#lock = await navigator.wakeLock.request('screen');
      if (!this.#on) void this.#lock.release();
    } catch (fault) {
      console.info('the screen cannot be kept on', fault); // Power saving forbids it; the page works all the same.
    }
  };
}
