/**
 * The server's clock for a countdown: a phone's own clock that is set meanwhile changes nothing. It runs by the time since the page
 * was opened, which nobody sets.
 */
export class SteadyClock {
  #serverMs = 0;
  #steadyMs = 0;

  /**
   * @param {number} serverMs As the server said, or as this phone takes it to be.
   * @param {number} [steadyMs]
   */
  set(serverMs, steadyMs = performance.now()) {
    this.#serverMs = serverMs;
    this.#steadyMs = steadyMs;
  }

  /** @param {number} [steadyMs] */
  now(steadyMs = performance.now()) {
    return this.#serverMs + steadyMs - this.#steadyMs;
  }
}
