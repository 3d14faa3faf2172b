/** Milliseconds between the end of one renewal and the next. */
const pause = 2_000;

/** Renews while the page can be seen. */
export class Renewing {
  /** Never rejects. */
  readonly #renew: () => Promise<void>;
  #timer = 0;
  #isUnderWay = false;
  #isInView = true;
  #hasEnded = false;

  constructor(renew: () => Promise<void>) {
    this.#renew = renew;
    document.addEventListener("visibilitychange", this.now);
    new IntersectionObserver((entries) => {
      this.#isInView = entries.some(({ isIntersecting }) => isIntersecting);
      this.now();
    }).observe(document.body);
  }

  now = (): void => {
    clearTimeout(this.#timer);
    if (this.#hasEnded || this.#isUnderWay || !this.#isInView || document.hidden) return;
    this.#isUnderWay = true;
    void this.#renew().then(() => {
      this.#isUnderWay = false;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(this.now, pause);
    });
  };

  end(): void {
    this.#hasEnded = true;
  }
}
