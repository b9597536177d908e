/// The card that single letters act on: followed by id, so that no key hits another card than the one
/// that the agent saw marked.

/// How long after the current card went, or the first came, until a card is current: a key that was on
/// its way is over by then.
export const SETTLE_MS = 600;

export class Current {
  #id: string | null = null;
  #rank = 0;
  #list: string | null = null;
  #ids: readonly string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /// `changed` is called when a card became current by the passing of time. `preferred` is asked then
  /// for the card that has the focus.
  constructor(
    private readonly changed: () => void,
    private readonly preferred: () => string | null = () => null,
  ) {}

  get id(): string | null {
    return this.#id;
  }

  /// Where the current card stands, or where the one stood that went.
  get rank(): number {
    return this.#rank;
  }

  /// The cards that stand, in their order, on the call `list`.
  follow(list: string | null, ids: readonly string[]): void {
    if (list !== this.#list) this.#rank = 0;
    this.#list = list;
    this.#ids = ids;
    const at = this.#id === null ? -1 : ids.indexOf(this.#id);
    if (at >= 0) {
      this.#rank = at;
      return;
    }
    this.#id = null;
    if (ids.length === 0) this.stop();
    else this.#timer ??= setTimeout(() => this.#settle(), SETTLE_MS);
  }

  /// The agent went to this card.
  choose(id: string): void {
    const at = this.#ids.indexOf(id);
    if (at < 0 || id === this.#id) return;
    this.#take(at);
    this.changed();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#rank = 0;
  }

  #settle(): void {
    const preferred = this.#ids.indexOf(this.preferred() ?? '');
    this.#take(preferred >= 0 ? preferred : Math.min(this.#rank, this.#ids.length - 1));
    this.changed();
  }

  #take(at: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#rank = at;
    this.#id = this.#ids[at] ?? null;
  }
}
