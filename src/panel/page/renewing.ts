/** Milliseconds between one renewal and the next; longer while nothing answers. */
const pause = { usual: 2_000, silent: 5_000 };

/** Renews while the page can be seen. */
export class Renewing {
  /** Resolves to whether there was an answer. */
  readonly #renew: () => Promise<boolean>;
  #timer = 0;
  #isUnderWay = false;
  #isInView = true;
  #hasEnded = false;

  constructor(renew: () => Promise<boolean>) {
    this.#renew = renew;
    document.addEventListener("visibilitychange", () => this.now());
    new IntersectionObserver((entries) => {
      this.#isInView = entries.some(({ isIntersecting }) => isIntersecting);
      this.now();
    }).observe(document.documentElement);
  }

  now = (): void => {
    clearTimeout(this.#timer);
    if (this.#hasEnded || this.#isUnderWay || !this.#isInView || document.hidden) return;
    this.#isUnderWay = true;
    void this.#renew().then((isAnswered) => {
      this.#isUnderWay = false;
      clearTimeout(this.#timer);
      if (this.#hasEnded) return;
      this.#timer = setTimeout(this.now, isAnswered ? pause.usual : pause.silent);
    });
  };

  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
  }
}
