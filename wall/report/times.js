/** Times of the report, in the time zone of its programme. */

/** Makes a formatter once: that is slow, and a list asks hundreds of times. */
export class Times {
  #time;
  #day;
  #date;

  /**
   * @param {string} lang
   * @param {string} zone IANA.
   */
  constructor(lang, zone) {
    this.#time = new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone });
    this.#day = new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'long', timeZone: zone });
    this.#date = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: zone });
  }

  /** "13:42". @param {number} us */
  time(us) {
    return this.#time.format(us / 1000);
  }

  /** "17 november". @param {number} us */
  day(us) {
    return this.#day.format(us / 1000);
  }

  /**
   * "13:42", and with the day before it when that is another one.
   *
   * @param {number} us
   * @param {string} today ISO 8601; empty: nobody knows.
   */
  moment(us, today) {
    return !today || this.#date.format(us / 1000) === today ? this.time(us) : `${this.day(us)}, ${this.time(us)}`;
  }
}
