/** Milliseconds between the end of one renewal and the next. */
const pause = 2_000;

/** Renews while the page can be seen, until it is inert. */
export class Renewing {
  /** Never rejects. */
  readonly #renew: () => Promise<void>;
  #timer = 0;
  #isUnderWay = false;
  #isInView = true;

  constructor(renew: () => Promise<void>) {
    this.#renew = renew;
    document.addEventListener("visibilitychange", this.now);
    new IntersectionObserver((entries) => {
      this.#isInView = entries.at(-1)?.isIntersecting === true;
      this.now();
    }).observe(document.body);
  }

  now = (): void => {
    clearTimeout(this.#timer);
    if (document.body.inert || this.#isUnderWay || !this.#isInView || document.hidden) return;
    this.#isUnderWay = true;
    void this.#renew().then(() => {
      this.#isUnderWay = false;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(this.now, pause);
    });
  };
}
